import { parseArgs } from "node:util";
import { Checks } from "../../checks.ts";
import { runProgram, tellTotals } from "../../program.ts";
import { wholeNumber } from "../../whole-number.ts";
import { generateCluster } from "../generator/generate.ts";
import { openApiServer } from "../kubernetes/api-client.ts";
import { applyPopulation } from "./apply.ts";
import { withProgress } from "./progress.ts";
import { populationPhases } from "./phase.ts";
import { removePopulation } from "./remove.ts";
import { takeSnapshot } from "./snapshot.ts";

const USAGE = `usage: population/main.ts [--pods 100] [--seed 1] [--remove | --check]
  makes a generated cluster in the ground's API server, on simulated nodes
  needs "npm run ground -- up kwok"; "up kube-state-metrics" shows it as metrics
  --remove  takes it away again
  --check   starts what it needs, compares kube-state-metrics with the generator, and takes all away again`;

/** `npx tsx __tests__/e2e/ground/population/main.ts --pods 100 --seed 1 [--remove | --check]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pods: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      remove: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const pods = wholeNumber("--pods", values.pods);
  if (values.check) return check(pods, values.seed);
  const snapshot = takeSnapshot(generateCluster({ seed: values.seed, pods, hours: 3 }));
  const { mark, namespaces, nodes, volumes } = snapshot;
  const api = openApiServer();
  const start = performance.now();
  try {
    await withProgress((tell) =>
      values.remove ? removePopulation(api, mark, namespaces, tell) : applyPopulation(api, snapshot, tell),
    );
  } finally {
    api.close();
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const what = `${snapshot.pods.length} pods, ${nodes.length} nodes, ${volumes.length} volumes of "${mark}"`;
  console.log(`${values.remove ? "removed" : "running"}: ${what}, after ${seconds} s`);
}

async function check(pods: number, seed: string): Promise<void> {
  const checks = new Checks();
  await populationPhases(checks, pods, seed);
  tellTotals(checks);
}

await runProgram(main);
