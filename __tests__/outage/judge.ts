import { verifySink } from "../../agent-src/export/verify.ts";
import { SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { parseManifest } from "../../contract/manifest.ts";
import { manifestKey, parseDataKey, parseManifestKey } from "../../contract/object-keys.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";
import { PLAYED, trueRows, type Story } from "./story.ts";

/** What is wrong at the end of a story, a sentence each: missing, doubled, half-written, shrunk or false hours. */
export async function judgeStory(story: Story, seed: string): Promise<string[]> {
  const { from, until, objects, sink } = story;
  const report = await verifySink(
    { clusterArn: CLUSTER_ARN, datasets: PLAYED, window: { from, until } },
    sink,
  );
  const wrong = report.findings.map(({ problem, key, detail }) => `${problem} ${key}: ${detail}`);
  wrong.push(...story.shrunk);
  for (let hour = from; hour < until; hour += SECONDS_PER_HOUR) {
    for (const dataset of PLAYED) {
      const stored = objects.get(manifestKey({ dataset: dataset.name, hour }));
      if (!stored) continue;
      const { rows } = parseManifest(new TextDecoder().decode(stored));
      const expected = trueRows(dataset, hour, seed).length;
      if (rows !== expected) wrong.push(`${dataset.name} ${hour} has ${rows} rows instead of ${expected}`);
    }
  }
  return [...wrong, ...doubled(objects)];
}

/** Dataset-hours with two data objects or two manifests. */
function doubled(objects: Story["objects"]): string[] {
  const seen = new Set<string>();
  return [...objects.keys()].flatMap((key) => {
    const data = parseDataKey(key);
    const at = data ?? parseManifestKey(key);
    if (!at) return [];
    const name = `${data ? "data" : "manifest"} ${at.dataset} ${at.hour}`;
    if (seen.has(name)) return [`${name} is there twice`];
    seen.add(name);
    return [];
  });
}
