import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountPhases } from "./account/phase.ts";
import { Checks } from "./checks.ts";
import { dialectPhases } from "./dialects/phase.ts";
import { exportPhases } from "./export/phase.ts";
import { silenceSdkRuntimeNotice } from "./ground/env.ts";
import { gpuPhase } from "./ground/gpu/phase.ts";
import { installParts } from "./ground/install.ts";
import { populationPhases } from "./ground/population/phase.ts";
import { chartPhase } from "./outputs/chart.ts";
import { demoPhase } from "./outputs/demo.ts";
import { synthPhase } from "./outputs/synth.ts";
import { truthPhase } from "./truth/phase.ts";

/** The parts of the end-to-end tests, in their order. Each starts what it needs and stops it by its pid. */
const PARTS: Readonly<Record<string, (checks: Checks, directory: string) => Promise<unknown>>> = {
  install: (checks) => checks.phase("install", () => installParts(checks)),
  synth: synthPhase,
  chart: chartPhase,
  account: accountPhases,
  export: exportPhases,
  dialects: (checks, directory) => dialectPhases(checks, directory, false),
  gpu: gpuPhase,
  population: (checks, directory) => populationPhases(checks, directory),
  truth: truthPhase,
  demo: demoPhase,
};

/** `npm run e2e [-- part …]`: all parts, or the named ones. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw new Error(`unknown part "${unknown.join(", ")}"; choose from ${Object.keys(PARTS).join(", ")}`);
  }
  silenceSdkRuntimeNotice();
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-e2e-"));
  console.log(`logs: ${directory}`);
  for (const [name, part] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    await mkdir(join(directory, name));
    await part(checks, join(directory, name));
  }
  const { passed, failed } = checks.tally();
  if (failed === 0) await rm(directory, { recursive: true, force: true });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
await main(process.argv.slice(2));
