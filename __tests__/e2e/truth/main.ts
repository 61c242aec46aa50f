import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks } from "../checks.ts";
import { runProgram, tellTotals } from "../program.ts";
import { parseChoices } from "./choices.ts";
import { truthPhase } from "./phase.ts";

/** `npx tsx __tests__/e2e/truth/main.ts`: the part `truth` for other sizes and seeds. */
async function main(): Promise<void> {
  const all = parseChoices(process.argv.slice(2));
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
  tellTotals(checks);
}

await runProgram(main);
