import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeOpenMetrics } from "../history/open-metrics.ts";
import { createHistory } from "../opencost/history.ts";
import { startOpencostStandIn } from "../opencost/server.ts";
import { checkCosts } from "./check-costs.ts";
import { checkPromql } from "./check-promql.ts";
import { lineHolds, tableText } from "./cost-table.ts";
import { generateCluster } from "./generate.ts";
import type { ClusterPlan } from "./plan.ts";
import { startGeneratedPrometheus } from "./prometheus.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

const USAGE = `usage: generator/main.ts table|promql|write|serve [--seed text] [--pods 100] [--hours 3]
  table  compares expected costs with OpenCost's (--opencost URL; else the stand-in) and the agent's
  promql compares the stand-in's reading of the history with a real Prometheus'
  write  writes the history as OpenMetrics for promtool (--output file)
  serve  serves the OpenCost stand-in (--port 9003)`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string", default: "1" },
      pods: { type: "string", default: "100" },
      hours: { type: "string", default: "3" },
      port: { type: "string", default: "9003" },
      opencost: { type: "string" },
      output: { type: "string", default: "history.om" },
    },
  });
  const plan = generateCluster({ seed: values.seed, pods: Number(values.pods), hours: Number(values.hours) });
  switch (positionals[0]) {
    case "table":
      return printTable(plan, values.opencost);
    case "promql":
      return comparePromql(plan);
    case "write":
      console.log(`${writeOpenMetrics(values.output, clusterSeries(plan), SCRAPE_SECONDS)} samples`);
      return;
    case "serve":
      return serve(plan, Number(values.port));
    default:
      throw new Error(USAGE);
  }
}

async function printTable(plan: ClusterPlan, opencostUrl: string | undefined): Promise<void> {
  const { lines, faults } = await checkCosts(plan, opencostUrl);
  console.log(tableText(lines));
  const off = lines.filter((line) => !lineHolds(line)).length;
  console.log(`${plan.pods.length} pods; ${off} sums and ${faults.length} rows off`);
  for (const fault of faults.slice(0, 20)) console.log(fault);
  if (off + faults.length > 0) process.exitCode = 1;
}

async function comparePromql(plan: ClusterPlan): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "container-insights-generated-"));
  const server = await startGeneratedPrometheus(clusterSeries(plan), directory);
  try {
    for (let hour = plan.from; hour < plan.until; hour += 3600) {
      const { differing, compared } = await checkPromql(plan, hour, server.url);
      console.log(`${new Date(hour * 1000).toISOString()}: ${differing.length} of ${compared} series differ`);
      for (const difference of differing.slice(0, 10)) console.log(difference);
      if (differing.length > 0 || compared === 0) process.exitCode = 1;
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function serve(plan: ClusterPlan, port: number): Promise<void> {
  const standIn = await startOpencostStandIn({
    history: createHistory(clusterSeries(plan), SCRAPE_SECONDS),
    port,
  });
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
  console.log(`OpenCost's stand-in: ${standIn.url}, ${time(plan.from)} to ${time(plan.until)}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await standIn.stop();
}

await main();
