import { describe, expect, test } from "@jest/globals";
import { commitHour } from "../../../agent-src/export/commit.ts";
import type { RowItem } from "../../../agent-src/export/hour-source.ts";
import { SeriesRows } from "../../../agent-src/export/series-rows.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { samples } from "../../../contract/datasets/samples.ts";
import { CLUSTER_ARN, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

/** Samples of one series, at these seconds of the hour. */
function series(metric: string, pod: string, seconds: readonly number[]): SeriesRows {
  const shared = {
    hour_start: TEN * 1000,
    cluster_arn: CLUSTER_ARN,
    metric,
    namespace: "web",
    pod,
    labels: '{"job":"cadvisor"}',
  };
  const timestamp = Float64Array.from(seconds, (second) => (TEN + second) * 1000);
  return new SeriesRows(seconds.length, shared, { timestamp, value: Float64Array.from(seconds) });
}

/** What verify says of a committed file with these rows. */
async function duplicatesOf(items: readonly RowItem[]): Promise<string[]> {
  const sink = new MemorySink();
  async function* stream(): AsyncGenerator<RowItem> {
    yield* items;
  }
  await commitHour({
    subject: { dataset: samples, clusterArn: CLUSTER_ARN, hour: TEN },
    open: () => ({
      rows: stream(),
      summary: () => ({ queries: { expected: 1, answered: 1 }, sources: {}, warnings: [] }),
    }),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-22T14:00:00Z"),
  });
  const { findings } = await verifySink({ clusterArn: CLUSTER_ARN, datasets: [samples] }, sink);
  expect(findings.filter(({ problem }) => problem !== "duplicate-rows")).toEqual([]);
  return findings.map(({ detail }) => detail);
}

describe("verify reads the keys of raw samples", () => {
  test("and finds nothing where each series is there once, in the order of time", async () => {
    const sound = [
      series("cpu", "shop-0", [0, 60, 120]),
      series("cpu", "shop-1", [0, 60, 120]),
      series("memory", "shop-0", [0, 60]),
    ];
    expect(await duplicatesOf(sound)).toEqual([]);
  });

  test("also where a series was answered in two parts", async () => {
    const parts = [series("cpu", "shop-0", [0, 60]), series("cpu", "shop-0", [120, 180])];
    expect(await duplicatesOf(parts)).toEqual([]);
  });

  test("and names a sample that is there twice", async () => {
    expect(await duplicatesOf([series("cpu", "shop-0", [0, 60, 60])])).toEqual([
      '1 row repeats the key of another, or the series of another place, for example metric="cpu", namespace="web", ' +
        'pod="shop-0", container=null, resource=null, gpu_uuid=null, labels="{\\"job\\":\\"cadvisor\\"}", timestamp="2026-11-22T10:01:00.000Z"',
    ]);
  });

  test.each([
    ["series", ["cpu", "cpu", "cpu"]],
    ["metric", ["cpu", "memory", "cpu"]],
  ])("and a %s that comes again behind another one", async (_what, [one = "", other = "", again = ""]) => {
    const items = [series(one, "shop-0", [0]), series(other, "shop-1", [0]), series(again, "shop-0", [60])];
    expect(await duplicatesOf(items)).toEqual([expect.stringMatching(/^1 row repeats .* metric="cpu"/)]);
  });
});
