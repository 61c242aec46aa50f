import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checks } from "./checks.ts";
import { silenceSdkRuntimeNotice } from "./ground/env.ts";
import { endInOrderAtSignals } from "./ground/signals.ts";

/** Runs a program that a person starts: what went wrong is told without a stack, and ends it with 1. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  endInOrderAtSignals();
  silenceSdkRuntimeNotice();
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Runs checks with a directory for their files, which stays when one failed, and tells the totals. */
export async function runChecks(
  name: string,
  work: (checks: Checks, directory: string) => Promise<void>,
): Promise<void> {
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), `container-insights-${name}-`));
  console.log(`files: ${directory}`);
  await work(checks, directory);
  if (tellTotals(checks)) await rm(directory, { recursive: true, force: true });
}

/** Prints the totals as `.ci/lib.sh` looks for them; a failed check ends the program with 1. @returns whether all passed */
export function tellTotals(checks: Checks): boolean {
  const { passed, failed } = checks.tally();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
  return failed === 0;
}
