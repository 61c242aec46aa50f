import { beforeEach, describe, expect, test } from "@jest/globals";
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
const SHRINK: RunSettings = { ...SETTINGS, restate: { allowShrink: true } };

let sink: MemorySink;
beforeEach(async () => {
  sink = new MemorySink();
  await run(40, SETTINGS);
});

function run(
  count: number,
  settings: RunSettings,
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

describe("focus", () => {
  test("is stale after a restatement of allocation alone, which verify tells and a repair makes good", async () => {
    const datasets = [datasetNamed("allocation"), datasetNamed("focus")];
    const verify = async (): Promise<string[][]> => {
      const { findings } = await verifySink({ datasets, clusterArn: CLUSTER_ARN }, sink);
      return findings.map(({ problem, dataset, detail }) => [problem, dataset ?? "", detail]);
    };
    const focusAlone = { ...SETTINGS, datasets: [datasetNamed("focus")] };
    const openers = { focus: openFocus({ sink, clusterArn: CLUSTER_ARN }) };
    await run(0, focusAlone, openers);
    expect(await verify()).toEqual([]);
    const before = manifest().object?.sha256;
    // Also down: what is made from the file follows it.
    await run(30, SHRINK);
    const detail =
      `it is made from sha256:${before} of "allocation", which is sha256:${manifest().object?.sha256} now; ` +
      `run "backfill --restate --datasets focus" over this hour`;
    expect(await verify()).toEqual([["stale", "focus", detail]]);
    expect((await run(0, { ...focusAlone, repair: true }, openers)).failed).toEqual([]);
    expect(await verify()).toEqual([]);
    expect(parseManifest(sink.text(MANIFEST.replace("allocation", "focus"))).rows).toBe(30);
  });

  test("is planned by a repair of allocation's file of that hour, too", async () => {
    const datasets = [datasetNamed("allocation"), datasetNamed("focus")];
    await run(
      0,
      { ...SETTINGS, datasets: [datasetNamed("focus")] },
      { focus: openFocus({ sink, clusterArn: CLUSTER_ARN }) },
    );
    const repair = { ...SETTINGS, datasets, repair: true };
    expect((await planRun(repair, sink)).steps).toEqual([]);
    sink.objects.delete(DATA);
    expect((await planRun(repair, sink)).steps.map(({ dataset }) => dataset)).toEqual([
      "allocation",
      "focus",
    ]);
  });
});
