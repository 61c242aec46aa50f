import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { parseManifest, serializeManifest, type Manifest } from "../../../contract/manifest.ts";
import { commitHour } from "../../../agent-src/export/commit.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { ROW_GROUP_ROWS } from "../../../agent-src/export/parquet/limits.ts";
import {
  allocationRows,
  answering,
  CLUSTER_ARN,
  containerRows,
  datasetNamed,
  TEN,
} from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const MANIFEST = "_manifests/date=2026-11-22/10/allocation.json";

let sink: MemorySink;
beforeEach(() => {
  sink = new MemorySink();
});

async function commit(rows: readonly Row[], name = "allocation"): Promise<void> {
  await commitHour({
    subject: { dataset: datasetNamed(name), clusterArn: CLUSTER_ARN, hour: TEN },
    open: answering(() => rows),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
  });
}

function changeManifest(change: (manifest: Manifest) => object): void {
  const manifest = parseManifest(sink.text(MANIFEST));
  const text = serializeManifest({ ...manifest, ...change(manifest) });
  sink.objects.set(MANIFEST, new TextEncoder().encode(text));
}

async function findings(name = "allocation"): Promise<[string, string, string][]> {
  const report = await verifySink({ clusterArn: CLUSTER_ARN, datasets: [datasetNamed(name)] }, sink);
  return report.findings.map(({ problem, key, detail }) => [problem, key, detail]);
}

/** The rows, with the one at `index` changed. */
function withOne(rows: readonly Row[], index: number, change: Row): Row[] {
  return rows.map((row, at) => (at === index ? { ...row, ...change } : row));
}

describe("verify reads the rows", () => {
  test.each(["allocation", "container"])("and finds nothing in a sound file of %s", async (name) => {
    await commit(name === "allocation" ? allocationRows(TEN, 40) : containerRows(TEN, 40), name);
    expect(await findings(name)).toEqual([]);
  });

  test("names rows of another cluster, with their number and one of them", async () => {
    const cluster_arn = `${CLUSTER_ARN}-two`;
    await commit(withOne(withOne(allocationRows(TEN, 40), 3, { cluster_arn }), 9, { cluster_arn }));
    expect(await findings()).toEqual([
      [
        "foreign-rows",
        DATA,
        `its "cluster_arn" is not "${CLUSTER_ARN}" in 2 rows, but for example "${cluster_arn}"`,
      ],
    ]);
  });

  test("names a row of another hour", async () => {
    await commit(withOne(allocationRows(TEN, 40), 39, { hour_start: (TEN + SECONDS_PER_HOUR) * 1000 }));
    expect(await findings()).toEqual([
      [
        "foreign-rows",
        DATA,
        'its "hour_start" is not "2026-11-22T10:00:00Z" in 1 row, but for example "2026-11-22T11:00:00Z"',
      ],
    ]);
  });

  test("names rows that repeat a key, also when parts of it are null", async () => {
    const rows = allocationRows(TEN, 10).map((row) => ({ ...row, controller: null }));
    await commit([...rows, ...rows.slice(4, 6)]);
    expect(await findings()).toEqual([
      [
        "duplicate-rows",
        DATA,
        '2 rows repeat the key of another, for example row_kind="workload", namespace="team-4", ' +
          'controller_kind="deployment", controller=null, pod="web-4-4", container="app"',
      ],
    ]);
  });

  test("takes null and the text null for two keys", async () => {
    const row = { ...allocationRows(TEN, 1)[0], controller: null };
    await commit([row, { ...row, controller: "null" }]);
    expect(await findings()).toEqual([]);
  });

  test("in every row group", async () => {
    const rows = containerRows(TEN, ROW_GROUP_ROWS + 10);
    const last = rows.length - 1;
    await commit(withOne(rows, last, { ...rows[0], cluster_arn: "other" }), "container");
    expect((await findings("container")).map(([problem]) => problem)).toEqual([
      "foreign-rows",
      "duplicate-rows",
    ]);
  });
});

describe("verify compares sums", () => {
  test("with values that the totals leave out", async () => {
    const rows = allocationRows(TEN, 10);
    await commit(withOne(withOne(rows, 1, { total_cost: Number.NaN }), 2, { total_cost: Infinity }));
    expect(await findings()).toEqual([]);
  });

  test("where large values cancel out", async () => {
    const costs = [1e12, 0.1, -1e12, 0.2, 0.3];
    await commit(allocationRows(TEN, 5).map((row, index) => ({ ...row, total_cost: costs[index] ?? 0 })));
    changeManifest(({ totals }) => ({ totals: { ...totals, total_cost: 0.6 } }));
    expect(await findings()).toEqual([]);
  });

  test("and names one that differs by more than rounding", async () => {
    await commit(allocationRows(TEN, 40));
    const { totals } = parseManifest(sink.text(MANIFEST));
    const off = (totals["total_cost"] ?? 0) * (1 + 1e-8);
    changeManifest(() => ({ totals: { ...totals, total_cost: off } }));
    expect((await findings()).map(([problem]) => problem)).toEqual(["totals"]);
  });

  test("and names one that the manifest lacks, and one that the dataset does not have", async () => {
    await commit(allocationRows(TEN, 40));
    changeManifest(({ totals: { total_cost: _cost, ...totals } }) => ({ totals: { ...totals, pods: 3 } }));
    expect((await findings()).map(([problem, , detail]) => [problem, detail])).toEqual([
      ["totals", expect.stringMatching(/^its "total_cost" sums to 0\.78\d*, the manifest says nothing$/)],
      ["totals", 'its "pods" sums to nothing, the manifest says 3'],
    ]);
  });

  test("of an hour without rows, which are zero", async () => {
    await commit([]);
    expect(await findings()).toEqual([]);
    changeManifest(({ totals }) => ({ totals: { ...totals, total_cost: 5 } }));
    expect(await findings()).toEqual([["totals", MANIFEST, '"total_cost" is 5 in an hour without rows']]);
  });
});

test("verify names queries that were not answered", async () => {
  await commit(allocationRows(TEN, 40));
  changeManifest(() => ({ queries: { expected: 4, answered: 3 } }));
  expect(await findings()).toEqual([["unanswered-queries", MANIFEST, "only 3 of 4 queries were answered"]]);
});
