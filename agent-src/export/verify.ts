import pMap from "p-map";
import type { Dataset } from "../../contract/datasets/column.ts";
import { schemaId } from "../../contract/datasets/index.ts";
import { SECONDS_PER_HOUR, hoursBetween, type Hour } from "../../contract/hours.ts";
import type { Manifest } from "../../contract/manifest.ts";
import { dataKey, manifestKey, parseDataKey, parseManifestKey } from "../../contract/object-keys.ts";
import { readManifest } from "./ledger.ts";
import type { HourWindow } from "./plan.ts";
import type { Sink } from "./sink.ts";
import { checkObject, type Problem } from "./verify-object.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly problem: Problem;
  /** Absent for objects whose key names none. */
  readonly dataset?: string;
  readonly hour?: Hour;
  /** Key below the cluster's prefix. */
  readonly key: string;
  /** What is wrong, with the values. */
  readonly detail: string;
}

/** What was looked at and found. */
export interface VerifyReport {
  readonly window: HourWindow;
  /** Dataset-hours with a manifest. */
  readonly hours: number;
  readonly rows: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  /** What the data is when it is not a measurement; one entry per text. */
  readonly simulated: readonly string[];
}

/** What to verify. */
export interface VerifySettings {
  readonly clusterArn: string;
  readonly datasets: readonly Dataset[];
  /** From the oldest to the newest committed hour when absent. */
  readonly window?: HourWindow;
}

/**
 * Compares manifests, objects and the contents of the files with each other. Reads every object of the window.
 * @throws what the sink threw
 */
export async function verifySink(settings: VerifySettings, sink: Sink): Promise<VerifyReport> {
  const keys: string[] = [];
  for await (const { key } of sink.list("")) if (!key.startsWith("_status/")) keys.push(key);
  const window = settings.window ?? committedWindow(keys);
  const steps = hoursBetween(window.from, window.until).flatMap((hour) =>
    settings.datasets.map((dataset) => ({ dataset, hour })),
  );
  // Four at a time bounds what is held in memory to four files.
  const checked = await pMap(steps, (step) => checkHour(sink, settings.clusterArn, step), { concurrency: 4 });
  const manifests = checked.flatMap(({ manifest }) => manifest ?? []);
  const named = new Set(manifests.flatMap(({ object }) => object?.key ?? []));
  return {
    window,
    hours: manifests.length,
    rows: manifests.reduce((sum, { rows }) => sum + rows, 0),
    bytes: manifests.reduce((sum, { object }) => sum + (object?.bytes ?? 0), 0),
    findings: [...checked.flatMap(({ findings }) => findings), ...strays(keys, named, window, settings)],
    simulated: [...new Set(manifests.flatMap(({ simulated }) => simulated ?? []))].sort(),
  };
}

interface HourStep {
  readonly dataset: Dataset;
  readonly hour: Hour;
}

async function checkHour(
  sink: Sink,
  clusterArn: string,
  step: HourStep,
): Promise<{ manifest?: Manifest; findings: Finding[] }> {
  const at = { dataset: step.dataset.name, hour: step.hour };
  const key = manifestKey(at);
  const stored = await readManifest(sink, key);
  if (!stored) {
    return { findings: [{ problem: "missing-hour", ...at, key, detail: "there is no manifest" }] };
  }
  const { manifest, problem } = stored;
  if (!manifest) {
    return { findings: [{ problem: "bad-manifest", ...at, key, detail: problem ?? "it cannot be read" }] };
  }
  const wrong = manifestMismatches(manifest, { ...step, clusterArn });
  const findings = wrong.map((detail): Finding => ({ problem: "bad-manifest", ...at, key, detail }));
  const { object } = manifest;
  if (object) {
    const problems = await checkObject(sink, manifest, object, { ...step, clusterArn });
    findings.push(...problems.map((found) => ({ ...found, ...at, key: object.key })));
  }
  return { manifest, findings };
}

function manifestMismatches(manifest: Manifest, subject: HourStep & { clusterArn: string }): string[] {
  const { dataset, hour, clusterArn } = subject;
  const key = dataKey({ dataset: dataset.name, hour }, dataset.version);
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ["dataset", manifest.dataset, dataset.name],
    ["hourStart", manifest.hourStart, hour],
    ["hourEnd", manifest.hourEnd, hour + SECONDS_PER_HOUR],
    ["clusterArn", manifest.clusterArn, clusterArn],
    ["schema", manifest.schema, schemaId(dataset)],
    ["object.key", manifest.object?.key ?? key, key],
  ];
  return expected
    .filter(([, found, wanted]) => found !== wanted)
    .map(([field, found, wanted]) => `"${field}" is "${String(found)}", expected "${String(wanted)}"`);
}

/** Objects that no manifest names, and objects that are none of ours. */
function strays(
  keys: readonly string[],
  named: ReadonlySet<string>,
  window: HourWindow,
  settings: VerifySettings,
): Finding[] {
  const datasets = new Set(settings.datasets.map(({ name }) => name));
  const findings: Finding[] = [];
  for (const key of keys) {
    const at = parseDataKey(key) ?? parseManifestKey(key);
    if (!at) {
      findings.push({ problem: "unknown-object", key, detail: "its key names no dataset-hour" });
      continue;
    }
    if (at.hour < window.from || at.hour >= window.until || !datasets.has(at.dataset)) continue;
    if (parseManifestKey(key) || named.has(key)) continue;
    const { dataset, hour } = at;
    findings.push({ problem: "uncommitted-object", dataset, hour, key, detail: "no manifest names it" });
  }
  return findings;
}

function committedWindow(keys: readonly string[]): HourWindow {
  const hours = keys.flatMap((key) => parseManifestKey(key)?.hour ?? []);
  if (hours.length === 0) return { from: 0, until: 0 };
  const from = hours.reduce((a, b) => Math.min(a, b));
  return { from, until: hours.reduce((a, b) => Math.max(a, b)) + SECONDS_PER_HOUR };
}
