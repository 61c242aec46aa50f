import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Checks } from "../../checks.ts";
import { footprintChanges, takeFootprint } from "../kubernetes/footprint.ts";
import { CANNOT_RUN, firstUnmet, NODE_REQUIREMENTS } from "../kubernetes/requirements.ts";
import { startPart, stopPart } from "../parts/lifecycle.ts";
import { withDependents, withNeeds } from "../parts/order.ts";
import { PARTS } from "../parts/registry.ts";
import { programStatuses, statusTable } from "../parts/report.ts";
import { checkLivePrometheus } from "./live-checks.ts";

/**
 * A live Prometheus beside a real cluster, from an empty machine to an empty machine:
 * `npx tsx __tests__/e2e/ground/prometheus-3/live.ts [--keep]`, as root.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
  const unmet = await firstUnmet(NODE_REQUIREMENTS);
  if (unmet !== undefined) {
    console.log(`A real node cannot run on this machine: ${unmet}`);
    process.exitCode = CANNOT_RUN;
    return;
  }
  if (programStatuses(PARTS).length > 0) throw new Error('Part of the ground is up; run "ground down" first');
  const checks = new Checks();
  const directory = await mkdtemp(join(tmpdir(), "container-insights-live-"));
  const before = await takeFootprint();
  try {
    const isUp = await checks.phase("ground: up", startGround);
    if (isUp) await checks.phase("Prometheus, live", () => checkLivePrometheus(checks, directory));
  } finally {
    if (!values.keep) await checks.phase("ground: down", () => checkDown(checks, before));
    await rm(directory, { recursive: true, force: true });
  }
  const { passed, failed } = checks.tally();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function startGround(): Promise<true> {
  for (const part of withNeeds(PARTS, ["prometheus-live"])) await startPart(part);
  console.log(statusTable(programStatuses(PARTS)));
  return true;
}

async function checkDown(checks: Checks, before: Awaited<ReturnType<typeof takeFootprint>>): Promise<void> {
  for (const part of withDependents(PARTS, [])) await stopPart(part, { keepData: false });
  await checks.check("no process, interface, mount, rule, setting, cgroup or file is left", async () => {
    assert.deepEqual(footprintChanges(before, await takeFootprint()), []);
  });
}

await main();
