import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Checks } from "../../checks.ts";
import { silenceSdkRuntimeNotice } from "../env.ts";
import { startPart, stopPart } from "../parts/lifecycle.ts";
import { withDependents, withNeeds } from "../parts/order.ts";
import { PARTS } from "../parts/registry.ts";
import { programStatuses, statusTable } from "../parts/report.ts";
import { checkClusterStack, checkClusterStackDestroyed } from "./cluster-stack-checks.ts";
import { checkDisturbances } from "./disturbances.ts";
import { footprintChanges, takeFootprint } from "./footprint.ts";
import { CANNOT_RUN, firstUnmet, NODE_REQUIREMENTS } from "./requirements.ts";
import { checkAgent } from "./slice-checks.ts";
import { checkWebIdentity } from "./web-identity-checks.ts";

const NEEDED = ["prometheus", "opencost", "ministack", "s3", "pod-identity", "node", "terraform-providers"];

interface Options {
  /** Leaves the ground up, for a look. */
  readonly keep: boolean;
  /** How often each disturbance comes. */
  readonly rounds: number;
  readonly seed: number;
}

/**
 * The agent in a real cluster, from an empty machine to an empty machine:
 * `npx tsx __tests__/e2e/ground/kubernetes/slice.ts [--rounds 1] [--seed 1] [--keep]`, as root.
 */
async function main(options: Options): Promise<void> {
  const { keep } = options;
  silenceSdkRuntimeNotice();
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-slice-"));
  console.log(`files: ${directory}`);
  const before = await takeFootprint();
  try {
    const isUp = await checks.phase("ground: up", startGround);
    if (isUp)
      await checks.phase("cluster stack: Terraform on the real API server", () =>
        checkClusterStack(checks, directory),
      );
    if (isUp) await checks.phase("agent: in its pod on the real node", () => checkAgent(checks, directory));
    if (isUp && options.rounds > 0) {
      await checks.phase(`agent: disturbed, seed ${options.seed}`, () =>
        checkDisturbances(checks, options.rounds, options.seed),
      );
    }
    // Last, because it turns the release to another bucket's server.
    if (isUp) await checks.phase("agent: by web identity", () => checkWebIdentity(checks, directory));
    if (isUp && !keep)
      await checks.phase("cluster stack: destroyed", () => checkClusterStackDestroyed(checks, directory));
  } finally {
    if (!keep) await checks.phase("ground: down", () => checkDown(checks, before));
  }
  const { passed, failed } = checks.tally();
  // Terraform's state of what was kept is there.
  if (failed === 0 && !keep) await rm(directory, { recursive: true, force: true });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function startGround(): Promise<true> {
  for (const part of withNeeds(PARTS, NEEDED)) await startPart(part);
  console.log(statusTable(programStatuses(PARTS)));
  return true;
}

async function checkDown(checks: Checks, before: Awaited<ReturnType<typeof takeFootprint>>): Promise<void> {
  for (const part of withDependents(PARTS, [])) await stopPart(part, { keepData: false });
  await checks.check("no process, interface, mount, rule, setting, cgroup or file is left", async () => {
    assert.deepEqual(footprintChanges(before, await takeFootprint()), []);
  });
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      keep: { type: "boolean", default: false },
      rounds: { type: "string", default: "1" },
      seed: { type: "string", default: "1" },
    },
  });
  return { keep: values.keep, rounds: Number(values.rounds), seed: Number(values.seed) };
}

/** Whether the machine can run it; if not, it is told why. @throws Error when part of the ground is up already */
async function canRun(): Promise<boolean> {
  const unmet = await firstUnmet(NODE_REQUIREMENTS);
  if (unmet !== undefined) {
    console.log(`The slice cannot run on this machine: ${unmet}`);
    return false;
  }
  if (programStatuses(PARTS).length === 0) return true;
  throw new Error('Part of the ground is up, and what it leaves could not be told; run "ground down" first');
}

if (await canRun()) await main(readOptions());
else process.exitCode = CANNOT_RUN;
