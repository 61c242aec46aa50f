import { parseArgs } from "node:util";
import { wholeNumber } from "../../whole-number.ts";
import { generateCluster } from "../generator/generate.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { takeSnapshot } from "../population/snapshot.ts";
import { startGpuMetrics } from "./server.ts";

/** `npx tsx __tests__/e2e/ground/gpu/main.ts [--port 9400] [--pods 100] [--seed 1]`: serves until it is told to stop. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: String(SERVICE_PORTS.gpuMetrics) },
      pods: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
    },
  });
  const plan = generateCluster({ seed: values.seed, pods: wholeNumber("--pods", values.pods), hours: 3 });
  const server = await startGpuMetrics(takeSnapshot(plan), plan.from, Number(values.port));
  console.log(`GPUs of the generated cluster: ${server.url}/metrics`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await server.stop();
}

await main();
