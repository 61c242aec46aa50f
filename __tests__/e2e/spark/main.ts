import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChecks, runProgram } from "../program.ts";
import { sparkPhase } from "./phase.ts";

const DEMO = join(import.meta.dirname, "../../../demo-out/container-insights");

/** `npx tsx __tests__/e2e/spark/main.ts [--clusters <folder>]`: Spark reads every cluster of a sink; by default the demo's. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { clusters: { type: "string", default: DEMO } } });
  const clusters = readdirSync(values.clusters).filter((name) => name.startsWith("cluster="));
  if (clusters.length === 0) {
    throw new Error(`There is no cluster in "${values.clusters}"; run "npm run demo" first`);
  }
  await runChecks("spark", async (checks) => {
    for (const cluster of clusters) await sparkPhase(checks, join(values.clusters, cluster));
  });
}

await runProgram(main);
