import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Manifest } from "../../../contract/manifest.ts";
import { parseManifest, serializeManifest } from "../../../contract/manifest.ts";
import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { commitHour } from "../../../agent-src/export/commit.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import type { Finding } from "../../../agent-src/export/verify-hour.ts";
import {
  allocationRows,
  answering,
  CLUSTER_ARN,
  containerRows,
  datasetNamed,
  TEN,
} from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATASETS = [datasetNamed("allocation"), datasetNamed("container")];
const DATA = "dataset=allocation/v=1/date=2026-11-22/11.parquet";
const MANIFEST = "_manifests/date=2026-11-22/11/allocation.json";
const ELEVEN = TEN + SECONDS_PER_HOUR;

let sink: MemorySink;

async function commit(name: string, hour: number, count: number, clusterArn = CLUSTER_ARN): Promise<void> {
  const rowsOf = name === "allocation" ? allocationRows : containerRows;
  await commitHour({
    subject: { dataset: datasetNamed(name), clusterArn, hour },
    open: answering((at) => rowsOf(at, count)),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
  });
}

beforeEach(async () => {
  sink = new MemorySink();
  for (const hour of [TEN, ELEVEN, ELEVEN + SECONDS_PER_HOUR]) {
    await commit("allocation", hour, 40);
    await commit("container", hour, hour === TEN ? 0 : 50);
  }
});

async function findings(window?: { from: number; until: number }): Promise<[string, string, string][]> {
  const report = await verifySink(
    { clusterArn: CLUSTER_ARN, datasets: DATASETS, ...(window ? { window } : {}) },
    sink,
  );
  return report.findings.map(({ problem, key, detail }: Finding) => [problem, key, detail]);
}

function changeManifest(change: (manifest: Manifest) => object): void {
  const manifest = parseManifest(sink.text(MANIFEST));
  const changed = { ...manifest, ...change(manifest) };
  sink.objects.set(MANIFEST, new TextEncoder().encode(serializeManifest(changed)));
}

describe("verifySink", () => {
  test("finds nothing wrong with what the export wrote, and counts it", async () => {
    const report = await verifySink({ clusterArn: CLUSTER_ARN, datasets: DATASETS }, sink);
    expect(report).toMatchObject({
      window: { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR },
      checked: 6,
      sound: 6,
      hours: 6,
      rows: 220,
      findings: [],
      simulated: [],
    });
    const stored = [...sink.objects].filter(([key]) => key.endsWith(".parquet"));
    expect(report.bytes).toBe(stored.reduce((sum, [, bytes]) => sum + bytes.length, 0));
  });

  test("looks for an optional dataset from its oldest hour on, and not at all where there is none", async () => {
    const settings = {
      clusterArn: CLUSTER_ARN,
      datasets: [datasetNamed("container")],
      optionalDatasets: [datasetNamed("allocation")],
    };
    for (const key of sink.objects.keys())
      if (/allocation.*\/10|\/10\/allocation/.test(key)) sink.objects.delete(key);
    expect(await verifySink(settings, sink)).toMatchObject({ checked: 5, sound: 5, findings: [] });
    sink.objects.delete(MANIFEST);
    expect((await verifySink(settings, sink)).findings.map(({ problem }) => problem)).toEqual([
      "missing-hour",
      "uncommitted-object",
    ]);
    for (const key of sink.objects.keys()) if (key.includes("allocation")) sink.objects.delete(key);
    expect(await verifySink(settings, sink)).toMatchObject({ checked: 3, sound: 3, findings: [] });
  });

  test("names an hour that was removed, with its dataset", async () => {
    sink.objects.delete(DATA);
    sink.objects.delete(MANIFEST);
    const report = await verifySink({ clusterArn: CLUSTER_ARN, datasets: DATASETS }, sink);
    expect([report.checked, report.sound, report.hours]).toEqual([6, 5, 5]);
    expect(report.findings).toEqual([
      {
        problem: "missing-hour",
        dataset: "allocation",
        hour: ELEVEN,
        key: MANIFEST,
        detail: "there is no manifest",
      },
    ]);
  });

  test("names hours at both edges whose manifests were removed, and their objects", async () => {
    const twelve = ELEVEN + SECONDS_PER_HOUR;
    for (const key of [...sink.objects.keys()]) {
      if (/^_manifests\/.*\/(10|12)\//.test(key)) sink.objects.delete(key);
    }
    const report = await verifySink({ clusterArn: CLUSTER_ARN, datasets: DATASETS }, sink);
    expect(report.window).toEqual({ from: TEN, until: twelve + SECONDS_PER_HOUR });
    expect(report.findings.map(({ problem, dataset, hour }) => [problem, dataset, hour])).toEqual([
      ["missing-hour", "allocation", TEN],
      ["missing-hour", "container", TEN],
      ["missing-hour", "allocation", twelve],
      ["missing-hour", "container", twelve],
      ["uncommitted-object", "allocation", TEN],
      ["uncommitted-object", "allocation", twelve],
      ["uncommitted-object", "container", twelve],
    ]);
  });

  test("names hours of the window that were never exported", async () => {
    const found = await findings({ from: TEN - SECONDS_PER_HOUR, until: TEN + SECONDS_PER_HOUR });
    expect(found.map(([problem, key]) => [problem, key])).toEqual([
      ["missing-hour", "_manifests/date=2026-11-22/09/allocation.json"],
      ["missing-hour", "_manifests/date=2026-11-22/09/container.json"],
    ]);
  });

  test("names an object that is gone", async () => {
    sink.objects.delete(DATA);
    expect(await findings()).toEqual([
      ["missing-object", DATA, "the manifest names it, but it is not there"],
    ]);
  });

  test("names a flipped byte by both checksums, wherever it is", async () => {
    const good = sink.objects.get(DATA) ?? new Uint8Array();
    for (const at of [10, Math.floor(good.length / 2), good.length - 100]) {
      const bytes = new Uint8Array(good);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      sink.objects.set(DATA, bytes);
      const [first] = await findings();
      expect(first?.[0]).toBe("sha256");
      expect(first?.[2]).toMatch(/^its sha256 is [0-9a-f]{64}, the manifest says [0-9a-f]{64}$/);
    }
  });

  test("names a file that was cut", async () => {
    const good = sink.objects.get(DATA) ?? new Uint8Array();
    sink.objects.set(DATA, good.slice(0, 500));
    expect((await findings()).map(([problem]) => problem)).toEqual(["size", "sha256", "unreadable-file"]);
  });

  test("names a changed row count, in the manifest and in the file", async () => {
    changeManifest(() => ({ rows: 41 }));
    expect(await findings()).toEqual([["rows", DATA, "it holds 40 rows, the manifest says 41"]]);

    const other = sink;
    sink = new MemorySink();
    await commit("allocation", ELEVEN, 39);
    other.objects.set(DATA, sink.objects.get(DATA) ?? new Uint8Array());
    sink = other;
    const problems = (await findings()).map(([problem, , detail]) => [problem, detail]);
    expect(problems).toContainEqual(["rows", "it holds 39 rows, the manifest says 41"]);
    expect(problems.map(([problem]) => problem)).toEqual(["size", "sha256", "rows"]);
  });

  test("names a sum that differs", async () => {
    changeManifest(({ totals }) => ({ totals: { ...totals, total_cost: 1 } }));
    const [finding] = await findings();
    expect(finding?.[0]).toBe("totals");
    expect(finding?.[2]).toMatch(/^its "total_cost" sums to 0\.78\d*, the manifest says 1$/);
  });

  test("names the file of another hour in this hour's place", async () => {
    const ten = sink.objects.get(DATA.replace("11.parquet", "10.parquet")) ?? new Uint8Array();
    sink.objects.set(DATA, ten);
    const found = await findings();
    expect(found.map(([problem]) => problem)).toContain("schema");
    expect(found.at(-1)?.[2]).toBe(
      'its metadata "container-insights:hour" is "2026-11-22T10:00:00Z", expected "2026-11-22T11:00:00Z"',
    );
  });

  test("names manifests that are damaged, of another hour, or of another cluster", async () => {
    sink.objects.set(MANIFEST, new TextEncoder().encode("{}"));
    expect(await findings()).toEqual([
      ["bad-manifest", MANIFEST, 'manifest field "format" is missing or wrong'],
    ]);

    sink.objects.delete(MANIFEST);
    await commit("allocation", ELEVEN, 40, `${CLUSTER_ARN}-two`);
    expect(await findings()).toEqual([
      ["bad-manifest", MANIFEST, `"clusterArn" is "${CLUSTER_ARN}-two", expected "${CLUSTER_ARN}"`],
    ]);
  });

  test("never reads what a manifest names outside its own place", async () => {
    const read: string[] = [];
    const inner = sink.read.bind(sink);
    sink.read = (key) => {
      read.push(key);
      return inner(key);
    };
    changeManifest(({ object }) => ({ object: { ...object, key: "../../x" } }));
    expect((await findings())[0]).toEqual([
      "bad-manifest",
      MANIFEST,
      `"object.key" is "../../x", expected "${DATA}"`,
    ]);
    expect(read).not.toContain("../../x");
  });

  test("names objects that no manifest names, and strangers", async () => {
    sink.objects.set("dataset=container/v=1/date=2026-11-22/10.parquet", new Uint8Array([1]));
    sink.objects.set("dataset=allocation/v=2/date=2026-11-22/11.parquet", new Uint8Array([1]));
    sink.objects.set("notes.txt", new Uint8Array([1]));
    sink.objects.set("_status/last-run.json", new Uint8Array([1]));
    expect((await findings()).sort()).toEqual([
      ["uncommitted-object", "dataset=allocation/v=2/date=2026-11-22/11.parquet", "no manifest names it"],
      ["uncommitted-object", "dataset=container/v=1/date=2026-11-22/10.parquet", "no manifest names it"],
      ["unknown-object", "notes.txt", "its key names no dataset-hour"],
    ]);
  });

  test("an empty sink has no hours", async () => {
    sink = new MemorySink();
    const report = await verifySink({ clusterArn: CLUSTER_ARN, datasets: DATASETS }, sink);
    expect([report.hours, report.findings]).toEqual([0, []]);
  });
});
