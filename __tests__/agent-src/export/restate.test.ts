import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { parseManifest, type Manifest } from "../../../contract/manifest.ts";
import { openFocus } from "../../../agent-src/export/focus-rows.ts";
import type { OpenHour } from "../../../agent-src/export/hour-source.ts";
import { planRun, runExport } from "../../../agent-src/export/run.ts";
import type { RunReport, RunSettings } from "../../../agent-src/export/run-report.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/10.parquet";
const MANIFEST = "_manifests/date=2026-11-22/10/allocation.json";
const SETTINGS: RunSettings = {
  clusterArn: CLUSTER_ARN,
  datasets: [datasetNamed("allocation")],
  window: { from: TEN, until: TEN + 3600 },
  maxHours: 24,
};
const RESTATE: RunSettings = { ...SETTINGS, restate: { allowShrink: false } };
const SHRINK: RunSettings = { ...SETTINGS, restate: { allowShrink: true } };

let sink: MemorySink;
beforeEach(async () => {
  sink = new MemorySink();
  await run(40, SETTINGS);
  sink.writes.length = 0;
});

function run(
  count: number,
  settings = RESTATE,
  openers: Record<string, OpenHour> = { allocation: answering((hour) => allocationRows(hour, count)) },
): Promise<RunReport> {
  return runExport(settings, {
    sink,
    openers,
    checkSources: async () => new Map(),
    now: () => new Date("2026-11-22T14:00:00Z"),
    stop: new AbortController().signal,
    abort: new AbortController().signal,
    onEvent: () => {},
  });
}

function manifest(): Manifest {
  return parseManifest(sink.text(MANIFEST));
}

/** Keys of what was written beside `_status/`. */
function written(): string[] {
  return sink.writes.filter((key) => !key.startsWith("_status/"));
}

async function expectSound(): Promise<void> {
  const { datasets, clusterArn } = SETTINGS;
  expect((await verifySink({ datasets, clusterArn }, sink)).findings).toEqual([]);
}

/** What happens to the next write of `key`, once. */
function once(key: string, act: () => void | Promise<void>): void {
  let isDue = true;
  sink.before = async (written) => {
    if (!isDue || written !== key) return;
    isDue = false;
    await act();
  };
}

describe("a restatement", () => {
  test("plans good hours, which no other run does", async () => {
    expect((await planRun(SETTINGS, sink)).steps).toEqual([]);
    expect((await planRun(RESTATE, sink)).steps).toEqual([{ dataset: "allocation", hour: TEN }]);
  });

  test("with other bytes replaces object and manifest, each if it is still the same, and raises the revision", async () => {
    const conditions: unknown[] = [];
    const before = manifest();
    const etag = (await sink.head(MANIFEST))?.etag;
    const [upload, put] = [sink.upload.bind(sink), sink.put.bind(sink)];
    sink.upload = async (...args) => {
      const real = await upload(...args);
      return { ...real, complete: (condition) => (conditions.push(condition), real.complete(condition)) };
    };
    sink.put = async (key, bytes, type, condition) => {
      if (key === MANIFEST) conditions.push(condition);
      return put(key, bytes, type, condition);
    };
    const report = await run(45);
    expect(report.finished.map(({ outcome }) => outcome.how)).toEqual(["written"]);
    expect(conditions).toEqual([
      { kind: "etag", etag: before.object?.etag },
      { kind: "etag", etag },
    ]);
    expect(written()).toEqual([DATA, MANIFEST]);
    expect(manifest()).toMatchObject({ rows: 45, revision: 2 });
    await expectSound();
  });

  test("of allocation is followed by focus of the same hour, made from the new file, also when both are in work at once", async () => {
    const datasets = [datasetNamed("allocation"), datasetNamed("focus")];
    const settings = { ...RESTATE, datasets, concurrency: 4 };
    async function* late(hour: number): AsyncGenerator<Row> {
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield* allocationRows(hour, 45);
    }
    const openers = {
      allocation: answering(late),
      focus: openFocus({ sink, clusterArn: CLUSTER_ARN }),
    };
    const report = await run(45, settings, openers);
    expect(report.failed).toEqual([]);
    const focus = parseManifest(sink.text(MANIFEST.replace("allocation", "focus")));
    expect([focus.rows, focus.sources["allocation"]]).toEqual([45, `sha256:${manifest().object?.sha256}`]);
  });

  test("with the same bytes writes nothing and makes no revision", async () => {
    const report = await run(40);
    expect(report.finished.map(({ outcome }) => outcome.how)).toEqual(["unchanged"]);
    expect(written()).toEqual([]);
    expect([manifest().revision, sink.openUploads]).toEqual([1, 0]);
  });

  test.each([39, 0])("that answers %i of 40 rows stops before the upload is completed", async (count) => {
    const completed: string[] = [];
    sink.before = (key, action) => void (action === "complete" && completed.push(key));
    const report = await run(count);
    expect(report.failed.map(({ error }) => [error.name, error.message])).toEqual([
      [
        "UntrustedAnswerError",
        `The source now answers ${count} rows of an hour that had 40, so it was not restated; to take what the ` +
          `source has, add --allow-shrink`,
      ],
    ]);
    expect([completed, written(), sink.openUploads]).toEqual([[], [], 0]);
    expect(manifest()).toMatchObject({ rows: 40, revision: 1 });
    await expectSound();
  });

  test("with as many rows and less than half of a sum is refused, unless it may shrink", async () => {
    const cheaper = (factor: number): Record<string, OpenHour> => ({
      allocation: answering((hour) =>
        allocationRows(hour, 40).map((row) => ({
          ...row,
          total_cost: Number(row["total_cost"]) * factor,
          total_cost_precise: Number(row["total_cost_precise"]) * factor,
        })),
      ),
    });
    const report = await run(40, RESTATE, cheaper(0));
    expect(report.failed.map(({ error }) => [error.name, error.message])).toEqual([
      [
        "UntrustedAnswerError",
        `The source now answers "total_cost" 0 of an hour that had ${manifest().totals["total_cost"]}, more than ` +
          `twice as much, so it was not restated; to take what the source has, add --allow-shrink`,
      ],
    ]);
    expect([written(), manifest().revision]).toEqual([[], 1]);
    await run(40, RESTATE, cheaper(0.6));
    expect(manifest().revision).toBe(2);
    await run(40, SHRINK, cheaper(0));
    expect(manifest()).toMatchObject({ rows: 40, revision: 3, totals: { total_cost: 0 } });
    await expectSound();
  });

  test.each([39, 0])("that may shrink takes %i of 40 rows, once", async (count) => {
    await run(count, SHRINK);
    expect(manifest()).toMatchObject({ rows: count, revision: 2 });
    expect(manifest().object?.etag).toBe((await sink.head(DATA))?.etag);
    await expectSound();
    const again = await run(count, SHRINK);
    expect(again.finished.map(({ outcome }) => outcome.how)).toEqual(["unchanged"]);
    expect(manifest().revision).toBe(2);
  });

  test("of an hour that had no rows makes its file", async () => {
    sink = new MemorySink();
    await run(0, SETTINGS);
    expect((await run(0)).finished.map(({ outcome }) => outcome.how)).toEqual(["unchanged"]);
    await run(7);
    expect(manifest()).toMatchObject({ rows: 7, revision: 2 });
    await expectSound();
  });

  test("of an hour that is missing exports it", async () => {
    sink = new MemorySink();
    await run(7);
    expect(manifest()).toMatchObject({ rows: 7, revision: 1 });
  });

  test("of a damaged file makes it whole, though the source answers the same", async () => {
    sink.objects.set(DATA, new TextEncoder().encode("junk"));
    await run(40);
    expect(manifest()).toMatchObject({ rows: 40, revision: 2 });
    await expectSound();
  });

  test("killed between object and manifest is finished by the next one", async () => {
    once(MANIFEST, () => {
      throw new Error("killed");
    });
    expect((await run(45)).failed.length).toBe(1);
    expect(manifest().rows).toBe(40);
    expect((await run(45)).finished.map(({ outcome }) => outcome.how)).toEqual(["recovered"]);
    expect(manifest()).toMatchObject({ rows: 45, revision: 2 });
    await expectSound();
  });

  test("that meets another one of the same hour leaves one object and the manifest that names it", async () => {
    once(DATA, async () => void (await run(50)));
    const report = await run(45);
    expect(report.failed).toEqual([]);
    const found = manifest();
    expect(found.object?.etag).toBe((await sink.head(DATA))?.etag);
    expect(found.revision).toBe(2);
    await expectSound();
  });
});
