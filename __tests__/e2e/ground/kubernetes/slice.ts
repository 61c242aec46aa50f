import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { Checks } from "../../checks.ts";
import { runProgram, tellTotals } from "../../program.ts";
import { checkInstall } from "../install.ts";
import { startPart } from "../parts/lifecycle.ts";
import { holdingTheGround } from "../parts/lock.ts";
import { withDependents, withNeeds } from "../parts/order.ts";
import { PARTS } from "../parts/registry.ts";
import { programStatuses, statusTable } from "../parts/report.ts";
import { checkClusterStack, checkClusterStackDestroyed } from "./cluster-stack-checks.ts";
import { stopParts, stoppingAtSignal } from "../parts/teardown.ts";
import { checkLivePrometheus } from "../prometheus-3/live-checks.ts";
import { checkDisturbances } from "./disturbances.ts";
import { footprintChanges, takeFootprint } from "./footprint.ts";
import { waysToLook } from "./kept.ts";
import { CANNOT_RUN, firstUnmet, NODE_REQUIREMENTS } from "./requirements.ts";
import { checkAgent } from "./slice-checks.ts";
import { checkWebIdentity } from "./web-identity-checks.ts";

const NEEDED = [
  "prometheus",
  "opencost",
  "ministack",
  "s3",
  "pod-identity",
  "node",
  "prometheus-live",
  "terraform-providers",
  "helm",
];

interface Options {
  /** Leaves the ground up, for a look. */
  readonly keep: boolean;
  /** How often each disturbance comes. */
  readonly rounds: number;
  readonly seed: number;
}

/** The agent in a real cluster, from an empty machine to an empty machine. */
async function runSlice(options: Options): Promise<void> {
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-slice-"));
  console.log(`files: ${directory}`);
  const isInstalled = await checks.phase("ground: installed", () => installGround(checks));
  if (isInstalled) await runOnGround(checks, directory, options);
  if (isInstalled && options.keep) console.log(`\n${await waysToLook()}`);
  const isSound = tellTotals(checks);
  // Terraform's state of what was kept is there.
  if (isSound && !options.keep) await rm(directory, { recursive: true, force: true });
}

async function runOnGround(checks: Checks, directory: string, options: Options): Promise<void> {
  const before = await takeFootprint();
  try {
    await stoppingAtSignal(withDependents(PARTS, []), async () => {
      if (await checks.phase("ground: up", () => startGround(checks))) {
        await runPhases(checks, directory, options);
      }
    });
  } finally {
    if (!options.keep) await checks.phase("ground: down", () => checkDown(checks, before));
  }
}

async function runPhases(checks: Checks, directory: string, { keep, rounds, seed }: Options): Promise<void> {
  await checks.phase("cluster stack: Terraform on the real API server", () =>
    checkClusterStack(checks, directory),
  );
  await checks.phase("agent: in its pod on the real node", () => checkAgent(checks, directory));
  await checks.phase("Prometheus 3.5: discovers the cluster", () => checkLivePrometheus(checks, directory));
  if (rounds > 0) {
    await checks.phase(`agent: disturbed, seed ${seed}`, () => checkDisturbances(checks, rounds, seed));
  }
  // Last, because it turns the release to another bucket's server.
  await checks.phase("agent: by web identity", () => checkWebIdentity(checks, directory));
  if (keep) return;
  await checks.phase("cluster stack: destroyed", () => checkClusterStackDestroyed(checks, directory));
}

async function installGround(checks: Checks): Promise<true> {
  for (const part of withNeeds(PARTS, NEEDED)) await checkInstall(checks, part.name, () => part.install());
  return true;
}

async function startGround(checks: Checks): Promise<true> {
  for (const part of withNeeds(PARTS, NEEDED)) {
    const start = performance.now();
    await startPart(part);
    checks.note(`${part.name.padEnd(20)} up after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  console.log(statusTable(programStatuses(PARTS)));
  return true;
}

async function checkDown(checks: Checks, before: Awaited<ReturnType<typeof takeFootprint>>): Promise<void> {
  await checks.check("every part stops", () => stopParts(withDependents(PARTS, [])));
  await checks.check("no process, interface, mount, rule, setting, cgroup or file is left", async () => {
    assert.deepEqual(footprintChanges(before, await takeFootprint()), []);
  });
}

/** Whether the machine can run it; if not, it is told why. @throws Error when part of the ground is up already */
async function canRun(): Promise<boolean> {
  const unmet = await firstUnmet(NODE_REQUIREMENTS);
  if (unmet !== undefined) {
    console.log(`The slice cannot run on this machine: ${unmet}`);
    return false;
  }
  if (programStatuses(PARTS).length === 0) return true;
  throw new Error(
    'Part of the ground is up, and what it leaves could not be told; run "npm run ground -- down" first',
  );
}

async function main(options: Options): Promise<void> {
  await holdingTheGround(
    async () => {
      if (await canRun()) await runSlice(options);
      else process.exitCode = CANNOT_RUN;
    },
    { onWait: () => console.error("Waiting for another process that uses the ground …") },
  );
}

function count(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError("It has to be a whole number, 0 or more.");
}

const EXAMPLES = `
Examples:
  npm run slice -- --rounds 0 --keep     one pass, and the cluster stays up for a look
  npm run slice -- --rounds 5 --seed 7   each disturbance five times

Ends with 1 when a check failed, with ${CANNOT_RUN} when this machine cannot run it.`;

await runProgram(async () => {
  await new Command("slice")
    .description(
      "Runs both stacks, the chart and the agent's pod in a real cluster on this machine. Needs root.",
    )
    .option("--rounds <count>", "how often each disturbance comes", count, 1)
    .option("--seed <number>", "when the disturbances come", count, 1)
    .option("--keep", "leave the ground up at the end", false)
    .addHelpText("after", EXAMPLES)
    .action((options: Options) => main(options))
    .parseAsync();
});
