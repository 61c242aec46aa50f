import assert from "node:assert/strict";
import { join } from "node:path";
import { DECISIONS } from "../../../tools/policy-decisions/table.ts";
import { applies, onlyWith } from "../../policies/evaluate.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import { emulatorEnv, startMinistack, type Emulator } from "../ground/ministack.ts";
import { openTerraform } from "../ground/terraform.ts";
import { assertDecisions } from "./decided.ts";
import { emulatorPhase } from "./emulator.ts";
import { assertAtHome, PLACES, planIn, type PlannedDeployment } from "./plans.ts";
import { strictServerPhase } from "./strict-phase.ts";

/** The part `events` plans the module `region-events` and decides the rows about it. */
const OF_THE_STACK = DECISIONS.filter((row) => !onlyWith(row, "region events"));

/** Holds the policies of real plans to the table of decisions, and lets two S3 servers enforce them. */
export async function policiesPhases(checks: Checks, directory: string): Promise<void> {
  const planned = await checks.phase("policies: planned in three partitions", () =>
    planAll(checks, directory),
  );
  if (!planned) return;
  await checks.phase("policies: decided by the simulator", () => checkDecisions(checks, planned));
  const here = planned.filter(({ place }) => place === PLACES[0]);
  // Between them they have everybody of the table, and the bucket's policy with and without readers.
  const enforced = here.filter(({ on }) => on.size === 0 || (on.has("iam user") && on.size > 1));
  await checks.phase("policies: enforced by the emulator", () => emulatorPhase(checks, enforced, directory));
  await checks.phase("policies: enforced by the strict S3 server", () =>
    strictServerPhase(checks, here, directory),
  );
}

async function planAll(checks: Checks, directory: string): Promise<PlannedDeployment[]> {
  const folder = await synthesizeAccount(directory);
  const emulator = await startMinistack(directory, { enforce: false });
  try {
    const env = emulatorEnv(emulator.url, "eu-west-1");
    const terraform = await openTerraform(folder, env, join(directory, "init.log"));
    await terraform.run(["init", "-no-color"]);
    return await planEverywhere(checks, emulator, folder, directory);
  } finally {
    await emulator.stop();
  }
}

async function planEverywhere(
  checks: Checks,
  emulator: Emulator,
  folder: string,
  directory: string,
): Promise<PlannedDeployment[]> {
  const planned: PlannedDeployment[] = [];
  for (const place of PLACES) {
    await checks.check(`planned in ${place.region}: every ARN is one of ${place.partition}`, async () => {
      const plans = await planIn(place, emulator, folder, directory);
      plans.forEach(assertAtHome);
      planned.push(...plans);
    });
  }
  return planned;
}

async function checkDecisions(checks: Checks, planned: readonly PlannedDeployment[]): Promise<void> {
  for (const plan of planned) {
    let rows = 0;
    await checks.check(
      `${plan.place.region}, ${plan.name}: the planned documents decide as the table says`,
      async () => {
        rows = await assertDecisions(plan);
      },
      () => `${rows} rows`,
    );
  }
  await checks.check("every row was decided here, and every row about what is on in every partition", () => {
    for (const place of PLACES) {
      const here = planned.filter((plan) => plan.place === place);
      const rows = place === PLACES[0] ? OF_THE_STACK : OF_THE_STACK.filter(({ off }) => off.length === 0);
      assert.deepEqual(
        rows.filter((row) => !here.some(({ on }) => applies(row, on))),
        [],
      );
    }
  });
}
