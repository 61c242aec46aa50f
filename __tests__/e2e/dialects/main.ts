import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Checks } from "../checks.ts";
import { dialectPhases } from "./phase.ts";

/**
 * `npx tsx __tests__/e2e/dialects/main.ts [--all]`: Prometheus 3.5 against 2.42, with `--all` VictoriaMetrics too.
 * What is not installed yet is built first.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-dialects-"));
  console.log(`logs: ${directory}`);
  await dialectPhases(checks, directory, values.all);
  const { passed, failed } = checks.tally();
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await main();
