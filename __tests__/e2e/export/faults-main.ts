import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChecks, runProgram } from "../program.ts";
import { faultPhases } from "./faults.ts";
import { LONG_SHARE, sharePhase } from "./share-faults.ts";
import { exportUndisturbed, startSmallCluster } from "./small-cluster.ts";

/**
 * `npx tsx __tests__/e2e/export/faults-main.ts [--seeds 1,2,3]`: exports through faults, once for each seed: some at
 * chosen calls, then at 30 % of all calls. The long form of the faults of `npm run e2e`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: "string", default: "1" } } });
  await runChecks("faults", async (checks, directory) => {
    await mkdir(join(directory, "sources"));
    const sources = await startSmallCluster(join(directory, "sources"));
    try {
      const done = await exportUndisturbed(checks, sources, directory, "undisturbed");
      if (!done) return;
      for (const seed of values.seeds.split(",")) {
        const own = join(directory, `seed-${seed}`);
        await faultPhases(checks, sources, done, join(own, "chosen"), seed);
        await sharePhase(checks, sources, done, join(own, "share"), { ...LONG_SHARE, seed });
      }
    } finally {
      await sources.stop();
    }
  });
}

await runProgram(main);
