import assert from "node:assert/strict";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { lackingIn, takeCensus } from "../ground/generator/census.ts";
import { generateCluster } from "../ground/generator/generate.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import { peakBytesOf } from "../ground/peak-memory.ts";
import type { WrittenHours } from "../ground/generator/written-history.ts";
import { SHORT, type TruthChoices } from "./choices.ts";
import { checkCosts } from "./costs.ts";
import { exportDataset } from "./export.ts";
import { startTruthSources, type TruthSources } from "./sources.ts";
import { stepsText, type Step } from "./steps.ts";
import { checkUsage } from "./usage.ts";

/** The hours of the dataset `container` end with the cluster's last but one: another follows, of which nothing may leak in. */
function writtenHours({ from, until }: ClusterPlan, { hours, containerHours }: TruthChoices): WrittenHours {
  const last = containerHours < hours ? until - 3600 : until;
  return { allocation: { from, until }, container: { from: last - containerHours * 3600, until: last } };
}

/**
 * A generated cluster whose costs and usage are known from closed forms: expected = what OpenCost's stand-in answers =
 * the sum of the rows that `container-insights export` writes.
 */
export async function truthPhase(
  checks: Checks,
  directory: string,
  choices: TruthChoices = SHORT,
): Promise<void> {
  const { seed, pods, hours } = choices;
  await checks.phase(`truth: ${pods} pods, ${hours} hours, seed "${seed}"`, async () => {
    const steps: Step[] = [];
    const plan = await generate(checks, choices, steps);
    const written = writtenHours(plan, choices);
    const sources = await startTruthSources(plan, written, choices, directory);
    try {
      steps.push(...sourceSteps(sources));
      const folder = join(directory, "exported");
      for (const dataset of ["allocation", "container"] as const)
        await exportHours(checks, dataset, written[dataset], sources, folder, steps);
      await checkCosts(checks, plan, sources, folder);
      await checkUsage(checks, plan, written.container, folder);
      const { standIn } = sources;
      if (standIn)
        steps.push({
          name: "OpenCost's stand-in, after it was asked",
          seconds: 0,
          bytes: peakBytesOf(standIn.pid),
          note: "",
        });
      steps.push({
        name: "Prometheus, after it was asked",
        seconds: 0,
        bytes: peakBytesOf(sources.prometheus.pid),
        note: "",
      });
    } finally {
      await sources.stop();
      console.log(`\n${stepsText(steps)}\n`);
    }
  });
}

async function generate(checks: Checks, choices: TruthChoices, steps: Step[]): Promise<ClusterPlan> {
  const start = performance.now();
  const plan = generateCluster(choices);
  const seconds = (performance.now() - start) / 1000;
  steps.push({
    name: "generate",
    seconds,
    bytes: peakBytesOf(process.pid),
    note: `${plan.pods.length} pods in all`,
  });
  const census = takeCensus(plan);
  console.log(
    Object.entries(census)
      .map(([what, count]) => `  ${String(count).padStart(7)}  ${what}`)
      .join("\n"),
  );
  await checks.check("the cluster has some of everything that makes accounting hard", () =>
    assert.deepEqual(lackingIn(census), []),
  );
  return plan;
}

function sourceSteps({ prometheus, standInSeconds, standIn }: TruthSources): Step[] {
  const { samples, writing, reading, peakBytes } = prometheus.blocks;
  const note = `${samples} samples`;
  return [
    { name: "write the history", seconds: writing, bytes: peakBytesOf(process.pid), note },
    { name: "make blocks of it", seconds: reading, bytes: peakBytes, note: "promtool" },
    ...(standIn
      ? [
          {
            name: "start OpenCost's stand-in",
            seconds: standInSeconds,
            bytes: peakBytesOf(standIn.pid),
            note: "",
          },
        ]
      : []),
  ];
}

async function exportHours(
  checks: Checks,
  dataset: string,
  hours: Life,
  sources: TruthSources,
  folder: string,
  steps: Step[],
): Promise<void> {
  const count = (hours.until - hours.from) / 3600;
  await checks.check(`export writes ${count} hours of ${dataset}`, async () => {
    const { report, seconds, peakBytes } = await exportDataset(dataset, hours, sources, folder);
    assert.deepEqual(report.failed, []);
    assert.equal(report.exported.length, count);
    const rows = report.exported.reduce((sum, one) => sum + one.rows, 0);
    steps.push({
      name: `export ${dataset}`,
      seconds,
      bytes: peakBytes,
      note: `${count} hours, ${rows} rows`,
    });
  });
}
