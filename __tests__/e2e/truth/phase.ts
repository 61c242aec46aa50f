import assert from "node:assert/strict";
import { join } from "node:path";
import { crossCheckMetrics, PRESENCE_QUERIES } from "../../../contract/datasets/cross-check-queries.ts";
import { DATASETS, keepList } from "../../../contract/datasets/index.ts";
import type { Checks } from "../checks.ts";
import { lackingIn, takeCensus } from "../ground/generator/census.ts";
import { generateCluster } from "../ground/generator/generate.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import { clusterSeries } from "../ground/generator/series.ts";
import { metricsOf, seriesWithin, type AskedHours } from "../ground/generator/written-history.ts";
import { peakBytesOf } from "../ground/peak-memory.ts";
import { SHORT, type TruthChoices } from "./choices.ts";
import { checkCosts } from "./costs.ts";
import { exportWindow } from "./export.ts";
import { TruthFiles } from "./files.ts";
import { checkFocus } from "./focus.ts";
import { checkKeys } from "./keys.ts";
import { checkObjects } from "./objects.ts";
import { checkSamples, type TruthHistory } from "./samples.ts";
import { startTruthSources, type TruthSources } from "./sources.ts";
import { stepsText, type Step } from "./steps.ts";
import { checkUsage } from "./usage.ts";
import { checkCostHours, checkVerify } from "./verify.ts";

const COSTS = ["allocation", "focus"];

/** The hours of every dataset end with the cluster's last but one: another follows, of which nothing may leak in. */
function detailWindow({ until }: ClusterPlan, { hours, detailHours }: TruthChoices): Life {
  const last = detailHours < hours ? until - 3600 : until;
  return { from: last - detailHours * 3600, until: last };
}

/** Costs are asked about all hours, everything else about the detail hours. */
function askedHours(plan: ClusterPlan, detail: Life): AskedHours[] {
  const proofs = Object.values(PRESENCE_QUERIES).flatMap(({ metrics }) => [...metrics]);
  return [
    { metrics: metricsOf(COSTS), hours: { from: plan.from, until: plan.until } },
    { metrics: [...keepList(), ...crossCheckMetrics(), ...proofs], hours: detail },
  ];
}

/**
 * A generated cluster of which every row is known: expected = what the real Prometheus and OpenCost's stand-in answer =
 * the rows that `container-insights export` writes.
 */
export async function truthPhase(
  checks: Checks,
  directory: string,
  choices: TruthChoices = SHORT,
): Promise<void> {
  const { seed, pods, hours } = choices;
  await checks.phase(`truth: ${pods} pods, ${hours} hours, seed "${seed}"`, async () => {
    const steps: Step[] = [];
    const history = await generate(checks, choices, steps);
    const detail = detailWindow(history.plan, choices);
    const written = seriesWithin(history.series, askedHours(history.plan, detail));
    const sources = await startTruthSources(written, choices, directory);
    try {
      steps.push(...sourceSteps(sources));
      await exportAndCheck({ checks, steps, sources, history, detail, folder: join(directory, "exported") });
      steps.push(...answeredSteps(sources));
    } finally {
      await sources.stop();
      console.log(`\n${stepsText(steps)}\n`);
    }
  });
}

interface Run {
  readonly checks: Checks;
  readonly steps: Step[];
  readonly sources: TruthSources;
  readonly history: TruthHistory;
  readonly detail: Life;
  readonly folder: string;
}

async function exportAndCheck(run: Run): Promise<void> {
  const { checks, sources, history, detail, folder } = run;
  const { plan } = history;
  const all: Life = { from: plan.from, until: plan.until };
  const files = new TruthFiles();
  const hourly = DATASETS.filter(({ job }) => job !== "samples").map(({ name }) => name);
  const others = hourly.filter((name) => !COSTS.includes(name));
  await exportHours(run, files, ["--datasets", COSTS.join(",")], COSTS, all);
  await exportHours(run, files, ["--job", "hourly"], others, detail);
  await exportHours(run, files, ["--job", "samples"], ["samples"], detail);
  await checkCosts(checks, plan, sources, folder, files);
  await checkFocus(checks, all, folder, files);
  await checkUsage(checks, plan, detail, folder, files);
  await checkObjects(checks, plan, detail, folder, files);
  await checkSamples(checks, history, detail, folder, files);
  await checkKeys(checks, folder, files);
  await checkVerify(checks, plan, detail, sources, folder);
  if (detail.from !== all.from) await checkCostHours(checks, all, folder);
  await checks.check("there is no file that was held to nothing", () =>
    assert.deepEqual(files.unchecked(), []),
  );
  console.log(`\n${files.text()}\n`);
}

/** Exports some hours of `datasets`, and nothing else: what `which` names beside them is there already. */
async function exportHours(
  { checks, steps, sources, folder }: Run,
  files: TruthFiles,
  which: readonly string[],
  datasets: readonly string[],
  hours: Life,
): Promise<void> {
  const count = (hours.until - hours.from) / 3600;
  await checks.check(`export ${which.join(" ")}: ${count} hours of ${datasets.length} datasets`, async () => {
    const { report, seconds, peakBytes } = await exportWindow(which, hours, sources, folder);
    assert.deepEqual(report.failed, []);
    for (const name of datasets)
      assert.equal(report.exported.filter(({ dataset }) => dataset === name).length, count, name);
    assert.equal(report.exported.length, count * datasets.length);
    report.exported.forEach((file) => files.add(file));
    const rows = report.exported.reduce((sum, one) => sum + one.rows, 0);
    const note = `${count} hours of ${datasets.length} datasets, ${rows} rows`;
    steps.push({ name: `export ${which.join(" ")}`, seconds, bytes: peakBytes, note });
  });
}

async function generate(checks: Checks, choices: TruthChoices, steps: Step[]): Promise<TruthHistory> {
  const start = performance.now();
  const plan = generateCluster(choices);
  const series = clusterSeries(plan);
  const seconds = (performance.now() - start) / 1000;
  const note = `${plan.pods.length} pods in all`;
  steps.push({ name: "generate", seconds, bytes: peakBytesOf(process.pid), note });
  const census = takeCensus(plan);
  console.log(
    Object.entries(census)
      .map(([what, count]) => `  ${String(count).padStart(7)}  ${what}`)
      .join("\n"),
  );
  await checks.check("the cluster has some of everything that makes accounting hard", () =>
    assert.deepEqual(lackingIn(census), []),
  );
  return { plan, series };
}

function sourceSteps({ prometheus, standInSeconds, standIn }: TruthSources): Step[] {
  const { samples, writing, reading, peakBytes } = prometheus.blocks;
  const note = `${samples} samples`;
  const started = standIn && { seconds: standInSeconds, bytes: peakBytesOf(standIn.pid), note: "" };
  return [
    { name: "write the history", seconds: writing, bytes: peakBytesOf(process.pid), note },
    { name: "make blocks of it", seconds: reading, bytes: peakBytes, note: "promtool" },
    ...(started ? [{ name: "start OpenCost's stand-in", ...started }] : []),
  ];
}

function answeredSteps({ standIn, prometheus }: TruthSources): Step[] {
  const asked = (name: string, pid: number): Step => ({
    name: `${name}, after it was asked`,
    seconds: 0,
    bytes: peakBytesOf(pid),
    note: "",
  });
  return [
    ...(standIn ? [asked("OpenCost's stand-in", standIn.pid)] : []),
    asked("Prometheus", prometheus.pid),
  ];
}
