import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChecks, runProgram } from "../program.ts";
import { faultPhases } from "./faults.ts";
import { exportToFolder } from "./folder.ts";
import { startSources } from "./sources.ts";

/** `npx tsx __tests__/e2e/export/faults-main.ts [--seeds 1,2,3]`: exports through faults, once for each seed. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: "string", default: "1" } } });
  await runChecks("faults", async (checks, directory) => {
    const sources = await startSources(join(directory, "sources"));
    try {
      const done = await exportToFolder(checks, sources, directory);
      for (const seed of values.seeds.split(","))
        await faultPhases(checks, sources, done, join(directory, `seed-${seed}`), seed);
    } finally {
      await sources.stop();
    }
  });
}

await runProgram(main);
