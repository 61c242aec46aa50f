import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftBehind } from "../support/temporary/left-behind.ts";
import { accountPhases } from "./account/phase.ts";
import { LONG_MODES, MODES } from "./account-modes/modes.ts";
import { accountModesPhases } from "./account-modes/phase.ts";
import { badInputPhase } from "./bad-input/phase.ts";
import { checkovPhase } from "./checkov/phase.ts";
import { Checks } from "./checks.ts";
import { crossCheckPhases } from "./cross-check/phase.ts";
import { dialectPhases } from "./dialects/phase.ts";
import { doctorPhases } from "./doctor/phase.ts";
import { eventsPhases } from "./events/phase.ts";
import { exportPhases } from "./export/phase.ts";
import { makeTemporaryFilesIn } from "./ground/env.ts";
import { gpuPhase } from "./ground/gpu/phase.ts";
import { installParts } from "./ground/install.ts";
import { populationPhases } from "./ground/population/phase.ts";
import { iamUserPhases } from "./iam-user/phase.ts";
import { LONG_EXAMPLES, modulePhases, USUAL_EXAMPLES } from "./module/phase.ts";
import { chartPhase } from "./outputs/chart.ts";
import { demoPhase } from "./outputs/demo.ts";
import { synthPhase } from "./outputs/synth.ts";
import { policiesPhases } from "./policies/phase.ts";
import { runProgram, tellTotals } from "./program.ts";
import { readersPhases } from "./readers/phase.ts";
import { sourcesPhases } from "./sources/phase.ts";
import { takeOverPhases } from "./take-over/phase.ts";
import { truthPhase } from "./truth/phase.ts";

/** The parts of the end-to-end tests, in their order. Each starts what it needs and stops it by its pid. */
const PARTS: Readonly<Record<string, (checks: Checks, directory: string) => Promise<unknown>>> = {
  install: (checks) => checks.phase("install", () => installParts(checks)),
  synth: synthPhase,
  chart: chartPhase,
  "bad-input": badInputPhase,
  account: accountPhases,
  "account-modes": (checks, directory) => accountModesPhases(checks, directory, MODES),
  "account-modes-long": (checks, directory) => accountModesPhases(checks, directory, LONG_MODES),
  "iam-user": iamUserPhases,
  module: (checks, directory) => modulePhases(checks, directory, USUAL_EXAMPLES),
  "module-long": (checks, directory) => modulePhases(checks, directory, LONG_EXAMPLES),
  events: eventsPhases,
  "take-over": takeOverPhases,
  policies: policiesPhases,
  checkov: checkovPhase,
  export: exportPhases,
  sources: sourcesPhases,
  doctor: doctorPhases,
  readers: readersPhases,
  dialects: (checks, directory) => dialectPhases(checks, directory, false),
  gpu: gpuPhase,
  population: (checks) => populationPhases(checks),
  truth: truthPhase,
  "cross-check": crossCheckPhases,
  demo: demoPhase,
};

/** Parts that wait most of their time, on ports and folders of their own: they run at the same time as the others. */
const BESIDE = ["account", "account-modes", "iam-user", "module", "events", "take-over"];

/** Only when it is named: too long for every run. */
const ON_DEMAND = ["account-modes-long", "module-long"];

/** `npm run e2e [-- part …]`: all parts but those on demand, or the named ones. */
async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw new Error(`There is no part "${unknown[0]}"; choose from ${Object.keys(PARTS).join(", ")}`);
  }
  const usual = Object.keys(PARTS).filter((name) => !ON_DEMAND.includes(name));
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-e2e-"));
  console.log(`logs: ${directory}`);
  const temporary = join(directory, "tmp");
  await mkdir(temporary);
  makeTemporaryFilesIn(temporary);
  await runParts(checks, directory, names.length > 0 ? names : usual);
  await checks.check("no part left anything in the temporary directory", () =>
    assert.deepEqual(leftBehind(temporary), []),
  );
  if (tellTotals(checks)) await rm(directory, { recursive: true, force: true });
}

async function runParts(checks: Checks, directory: string, wanted: readonly string[]): Promise<void> {
  const run = async (name: string, own: Checks): Promise<void> => {
    await mkdir(join(directory, name));
    await PARTS[name]?.(own, join(directory, name));
  };
  const [first, ...others] = Object.keys(PARTS).filter((name) => wanted.includes(name));
  if (first !== undefined) await run(first, checks); // `install`, when it is wanted: the others start what it installs
  const isBeside = (name: string): boolean => BESIDE.includes(name);
  const beside = others.filter(isBeside).map((name) => checks.aside(name, (own) => run(name, own)));
  for (const name of others.filter((other) => !isBeside(other))) await run(name, checks);
  await Promise.all(beside);
}

await runProgram(main);
