import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks } from "../checks.ts";
import { parseChoices } from "./choices.ts";
import { truthPhase } from "./phase.ts";

/** `npx tsx __tests__/e2e/truth/main.ts`: the part `truth` for other sizes and seeds. */
async function main(args: readonly string[]): Promise<void> {
  const all = parseChoices(args);
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-truth-"));
  try {
    for (const choices of all) {
      const own = join(directory, choices.seed);
      await mkdir(own);
      await truthPhase(checks, own, choices);
      await rm(own, { recursive: true, force: true });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const { passed, failed } = checks.tally();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
