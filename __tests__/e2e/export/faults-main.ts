import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Checks } from "../checks.ts";
import { faultPhases } from "./faults.ts";
import { exportToFolder } from "./folder.ts";
import { startSources } from "./sources.ts";

/** `npx tsx __tests__/e2e/export/faults-main.ts [--seeds 1,2,3]`: exports through faults, once for each seed. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: "string", default: "1" } } });
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-faults-"));
  console.log(`logs: ${directory}`);
  const sources = await startSources(join(directory, "sources"));
  try {
    const done = await exportToFolder(checks, sources, directory);
    for (const seed of values.seeds.split(","))
      await faultPhases(checks, sources, done, join(directory, `seed-${seed}`), seed);
  } finally {
    await sources.stop();
  }
  const { passed, failed } = checks.tally();
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
