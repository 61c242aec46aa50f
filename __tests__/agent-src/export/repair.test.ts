import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Row } from "../../../contract/datasets/column.ts";
import { parseManifest, serializeManifest, type Manifest } from "../../../contract/manifest.ts";
import { SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { planRun, runExport } from "../../../agent-src/export/run.ts";
import type { SourceReach } from "../../../agent-src/export/reach.ts";
import type { RunReport, RunSettings } from "../../../agent-src/export/run-report.ts";
import { verifySink } from "../../../agent-src/export/verify.ts";
import { allocationRows, answering, CLUSTER_ARN, datasetNamed, TEN } from "../../fakes/hours.ts";
import { MemorySink } from "../../fakes/memory-sink.ts";

const DATA = "dataset=allocation/v=1/date=2026-11-22/11.parquet";
const MANIFEST = "_manifests/date=2026-11-22/11/allocation.json";
const TWELVE = DATA.replace("/11", "/12");
const ELEVEN = TEN + SECONDS_PER_HOUR;
const SETTINGS = {
  clusterArn: CLUSTER_ARN,
  datasets: [datasetNamed("allocation")],
  window: { from: TEN, until: TEN + 3 * SECONDS_PER_HOUR },
  maxHours: 24,
};

let sink: MemorySink;
beforeEach(async () => {
  sink = new MemorySink();
  await run(40);
  sink.writes.length = 0;
});

function run(
  count: number,
  repair = false,
  rowsOf: (hour: number, count: number) => Row[] = allocationRows,
  more: Partial<RunSettings> = {},
  reach?: SourceReach,
): Promise<RunReport> {
  return runExport(
    { ...SETTINGS, repair, ...more },
    {
      sink,
      openers: { allocation: answering((hour) => rowsOf(hour, count)) },
      checkSources: async () => new Map(),
      now: () => new Date("2026-11-22T14:00:00Z"),
      stop: new AbortController().signal,
      abort: new AbortController().signal,
      onEvent: () => {},
      ...(reach ? { reach } : {}),
    },
  );
}

async function soundHours(): Promise<number> {
  const report = await verifySink(SETTINGS, sink);
  return report.sound;
}

function manifest(): Manifest {
  return parseManifest(sink.text(MANIFEST));
}

function flipByte(): void {
  const bytes = new Uint8Array(sink.objects.get(DATA) ?? []);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  sink.objects.set(DATA, bytes);
}

describe("a repair", () => {
  test.each<[string, () => void]>([
    ["a file that is gone", () => void sink.objects.delete(DATA)],
    ["a flipped byte", flipByte],
    ["a file cut short", () => void sink.objects.set(DATA, sink.objects.get(DATA)!.slice(0, 500))],
    ["a file that is none", () => void sink.objects.set(DATA, new TextEncoder().encode("hello"))],
    [
      "the file of another hour",
      () => void sink.objects.set(DATA, sink.objects.get(DATA.replace("/11", "/10"))!),
    ],
  ])("makes %s whole again and raises the manifest's revision", async (_, damage) => {
    const good = sink.objects.get(DATA);
    damage();
    expect(await soundHours()).toBe(2);
    const report = await run(40, true);
    expect(report.finished.map(({ step }) => step)).toEqual([{ dataset: "allocation", hour: ELEVEN }]);
    expect(sink.objects.get(DATA)).toEqual(good);
    expect(manifest().revision).toBe(2);
    expect(await soundHours()).toBe(3);
    expect((await run(40, true)).plan.steps).toEqual([]);
  });

  test.each<[string, (manifest: Manifest) => string]>([
    ["cannot be read", () => "{"],
    ["is another cluster's", (old) => serializeManifest({ ...old, clusterArn: `${CLUSTER_ARN}-two` })],
    ["counts wrongly", (old) => serializeManifest({ ...old, rows: 39 })],
    ["sums wrongly", (old) => serializeManifest({ ...old, totals: { ...old.totals, total_cost: 1 } })],
  ])("replaces a manifest that %s and keeps its sound file", async (_, change) => {
    const good = manifest();
    sink.objects.set(MANIFEST, new TextEncoder().encode(change(good)));
    const report = await run(40, true);
    expect(report.finished.map(({ outcome }) => outcome.how)).toEqual(["recovered"]);
    expect(sink.writes.filter((key) => !key.startsWith("_status"))).toEqual([MANIFEST]);
    expect(manifest()).toMatchObject({ rows: 40, totals: good.totals, object: good.object });
    expect(await soundHours()).toBe(3);
  });

  test("takes a source's newer answer for a lost file", async () => {
    sink.objects.delete(DATA);
    await run(45, true);
    expect(manifest()).toMatchObject({ rows: 45, revision: 2 });
    expect(await soundHours()).toBe(3);
  });

  test.each([39, 0])(
    "does not replace 40 rows by the %i that a forgetting source still has",
    async (count) => {
      flipByte();
      const before = new Map(sink.objects);
      const report = await run(count, true);
      expect(report.failed.map(({ error }) => error.message)).toEqual([
        `The source now answers ${count} rows of an hour that had 40, so it was not replaced; to take what the ` +
          `source has, run "backfill --restate --allow-shrink" over this hour`,
      ]);
      expect([sink.objects.get(DATA), sink.objects.get(MANIFEST)]).toEqual([
        before.get(DATA),
        before.get(MANIFEST),
      ]);
      // What the message says works.
      const shrunk = await run(count, false, allocationRows, { restate: { allowShrink: true } });
      expect(shrunk.failed).toEqual([]);
      expect(manifest()).toMatchObject({ rows: count, revision: 2 });
      expect(await soundHours()).toBe(3);
    },
  );

  test("does not make a damaged file good that has more rows than the source answers", async () => {
    // The manifest is of a smaller file than the one in its place, as two runs that cross can leave it.
    const small = new MemorySink();
    const whole = sink;
    sink = small;
    await run(30);
    whole.objects.set(MANIFEST, small.objects.get(MANIFEST) ?? new Uint8Array());
    sink = whole;
    flipByte();
    await run(30, true);
    expect(manifest()).toMatchObject({ rows: 30, revision: 2 });
    expect(await soundHours()).toBe(3);
  });

  test("leaves alone what another run has repaired since the plan was made", async () => {
    flipByte();
    expect((await planRun({ ...SETTINGS, repair: true }, sink)).steps.length).toBe(1);
    const good = allocationRows(ELEVEN, 40);
    let hasRun = false;
    sink.before = async (_key, action) => {
      if (hasRun || action !== "complete") return;
      hasRun = true;
      await run(40, true, () => good);
    };
    const report = await run(40, true);
    expect(hasRun).toBe(true);
    expect(report.failed).toEqual([]);
    expect(manifest().revision).toBe(2);
    expect(await soundHours()).toBe(3);
  });

  describe("of an hour that the source no longer has", () => {
    const oldest = TEN + 3 * SECONDS_PER_HOUR;
    const reach = { oldestSample: async () => oldest, onUnknown: () => {} };
    const gone = (): never => {
      throw new Error("nobody can answer this hour");
    };

    test("commits a whole file that no manifest names, as it is", async () => {
      const before = manifest();
      sink.objects.delete(MANIFEST);
      const report = await run(0, true, gone, {}, reach);
      expect([report.plan.steps, report.plan.committed, report.plan.outOfReach]).toEqual([[], 3, undefined]);
      const { rows, totals, object } = before;
      expect(manifest()).toMatchObject({ rows, totals, object, revision: 1, sources: {} });
      expect(manifest().warnings).toEqual([expect.stringMatching(/made from the file alone/)]);
      expect(await soundHours()).toBe(3);
    });

    test("in the place of a manifest that is none", async () => {
      sink.objects.set(MANIFEST, new TextEncoder().encode("{}"));
      await run(0, true, gone, {}, reach);
      expect(await soundHours()).toBe(3);
    });

    test("leaves a file that is cut short, and one that is unlike its manifest", async () => {
      flipByte();
      sink.objects.set(TWELVE, sink.objects.get(TWELVE)!.slice(0, 500));
      sink.objects.delete(MANIFEST.replace("/11/", "/12/"));
      sink.writes.length = 0;
      const report = await run(0, true, gone, {}, reach);
      expect([report.plan.steps, report.plan.outOfReach?.hours]).toEqual([[], 2]);
      expect(sink.writes.filter((key) => !key.startsWith("_status/"))).toEqual([]);
    });

    test("does nothing without being asked to", async () => {
      sink.objects.delete(MANIFEST);
      await run(0, false, gone, {}, { ...reach, oldestSample: async () => oldest });
      expect(sink.objects.has(MANIFEST)).toBe(false);
    });
  });

  test("does not look at files without being asked to", async () => {
    flipByte();
    expect((await run(40)).plan.steps).toEqual([]);
  });
});
