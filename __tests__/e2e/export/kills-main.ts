import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runChecks, runProgram } from "../program.ts";
import { wholeNumber } from "../whole-number.ts";
import { NEWEST_HOUR } from "./dataset-hours.ts";
import { killPhase } from "./kills.ts";
import { exportUndisturbed, startSmallCluster } from "./small-cluster.ts";

/** `npx tsx __tests__/e2e/export/kills-main.ts [--kills 200] [--seed 1]`: the long form of the kills of `npm run e2e`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  });
  const { seed } = values;
  const kills = wholeNumber("--kills", values.kills);
  await runChecks("kills", async (checks, directory) => {
    await mkdir(join(directory, "sources"));
    const sources = await startSmallCluster(join(directory, "sources"));
    try {
      const done = await exportUndisturbed(checks, sources, directory, "undisturbed", NEWEST_HOUR);
      if (done) await killPhase(checks, sources, done, directory, { kills, seed });
    } finally {
      await sources.stop();
    }
  });
}

await runProgram(main);
