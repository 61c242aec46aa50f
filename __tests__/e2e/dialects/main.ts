import { parseArgs } from "node:util";
import { runChecks, runProgram } from "../program.ts";
import { dialectPhases } from "./phase.ts";

/**
 * `npx tsx __tests__/e2e/dialects/main.ts [--all]`: Prometheus 3.5 against 2.42, with `--all` VictoriaMetrics too.
 * What is not installed yet is built first.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
  await runChecks("dialects", (checks, directory) => dialectPhases(checks, directory, values.all));
}

await runProgram(main);
