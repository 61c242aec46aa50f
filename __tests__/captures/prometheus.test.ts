import { afterEach, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPrometheus, type Prometheus } from "../../agent-src/adapters/prometheus/client.ts";
import { uidFromCgroup } from "../../agent-src/export/cgroup-uid.ts";
import { readCaptured, sendCaptured } from "../fakes/captured.ts";
import { startSource, type FakeSource } from "../fakes/http-source.ts";

const never = new AbortController().signal;
const open: FakeSource[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

/** The agent's client before a server that says what the real one said. */
async function answering(capture: string): Promise<Prometheus> {
  const captured = readCaptured(`captures/${capture}`);
  const source = await startSource((_, response) => sendCaptured(response, captured));
  open.push(source);
  return createPrometheus({ baseUrl: source.url, timeoutSeconds: 5, maxAttempts: 1 });
}

async function labelsOf(capture: string): Promise<Readonly<Record<string, string>>[]> {
  const prometheus = await answering(capture);
  const labels: Readonly<Record<string, string>>[] = [];
  const query = { id: "a", promql: "a" };
  for await (const sample of prometheus.instant(query, 1767225600, never, () => {}))
    labels.push(sample.labels);
  return labels;
}

describe.each(["prometheus-2", "prometheus-3"])("captured answers of %s", (server) => {
  test("say the version that the agent puts into its manifests", async () => {
    const record = JSON.parse(
      readFileSync(join(import.meta.dirname, `../fixtures/captures/${server}/VERSION.json`), "utf8"),
    ) as { version: string };
    expect(await (await answering(`${server}/buildinfo`)).version(never)).toContain(record.version);
  });

  test("a query that cannot be parsed is told with Prometheus' own words", async () => {
    await expect(labelsOf(`${server}/err-400-parse`)).rejects.toThrow(
      "unexpected end of input inside braces",
    );
  });
});

describe("captured series", () => {
  test("of the recorded cluster and of a real pod have the labels that rows are joined by", async () => {
    expect(await labelsOf("prometheus-2/query-recorded-pod")).toMatchObject([
      { namespace: "data", pod: "db-0" },
    ]);
    const [live] = await labelsOf("prometheus-3/query-real-pod");
    expect(live).toMatchObject({
      namespace: "captures",
      pod: "web-0",
      container: "web",
      instance: "ground-node-0",
    });
    const pod = JSON.parse(
      readFileSync(join(import.meta.dirname, "../fixtures/captures/kubernetes-api/pod.json"), "utf8"),
    ) as { metadata: { uid: string } };
    expect(uidFromCgroup(live?.["id"] ?? "")).toBe(pod.metadata.uid);
  });
});
