import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { createCluster, openEmulatedAws } from "../account/aws.ts";
import type { TestCluster } from "../account/expected-role.ts";
import type { AccountUnderTest } from "../account/under-test.ts";
import type { Checks } from "../checks.ts";
import { emulatorEnv, startMinistack, type Emulator } from "../ground/ministack.ts";
import { fillGaps } from "../ground/ministack-gaps.ts";
import { openTerraform } from "../ground/terraform.ts";
import { checkLostState } from "../take-over/lost-state.ts";
import { printedBlocks } from "../take-over/printed-blocks.ts";
import { asArguments } from "./arguments.ts";
import { listInventory } from "./inventory.ts";
import type { LostState, Mode, Step, Variables } from "./mode.ts";
import { plannedChanges } from "./second-plan.ts";

/** Where a root build with `statePrefix` "state" has its state. */
const STATE = "state/account.tfstate";

/**
 * Takes a mode through its life.
 * @param initialized folder of the synthesized stack, after `terraform init`; it is copied
 */
export async function runMode(
  checks: Checks,
  mode: Mode,
  initialized: string,
  directory: string,
): Promise<void> {
  const running: { stop(): Promise<void> }[] = [];
  try {
    await checks.phase(`account modes: ${mode.name}`, async () => {
      const emulator = await startMinistack(directory, { enforce: false });
      running.push(emulator);
      const front = await fillGaps(emulator.url);
      running.push(front);
      const account = await openAccount(emulator, front.url, mode, initialized, directory);
      const given = (await mode.prepare?.(account)) ?? {};
      const before = await inventoryOf(account);
      await mode.refusals?.(checks, account);
      const steps = mode.steps(given);
      for (const [index, step] of steps.entries()) {
        await runStep(checks, account, step, before);
        if (index === 0 && mode.lostState) await loseState(checks, account, step, mode.lostState);
      }
      await checkDestroy(checks, account, steps.at(-1)?.variables ?? {}, before);
    });
  } finally {
    for (const one of running.reverse()) await one.stop();
  }
}

async function openAccount(
  emulator: Emulator,
  terraformUrl: string,
  mode: Mode,
  initialized: string,
  directory: string,
): Promise<AccountUnderTest> {
  const folder = join(directory, "stack");
  await cp(initialized, folder, { recursive: true, verbatimSymlinks: true });
  const aws = openEmulatedAws(emulator.url);
  const issuers = new Map<TestCluster, string>();
  for (const cluster of mode.clusters) {
    issuers.set(cluster, await createCluster(aws, cluster.region, cluster.name));
  }
  const env = emulatorEnv(terraformUrl, "us-east-1");
  const terraform = await openTerraform(folder, env, join(directory, "terraform.log"));
  return { emulator, aws, terraform, folder, issuers };
}

async function runStep(
  checks: Checks,
  account: AccountUnderTest,
  { name, variables, has, removes = [], holds = {} }: Step,
  before: readonly string[],
): Promise<void> {
  const { terraform } = account;
  const settings = asArguments(variables);
  const within = (what: string): string => `${name}: ${what}`;
  await checks.check(within(removes.length > 0 ? "applied" : "applied, and nothing is removed"), async () => {
    const { stdout } = await terraform.run(["apply", "-auto-approve", "-no-color", ...settings]);
    assert.deepEqual(removedBy(stdout), [...removes].sort());
  });
  await checks.check(within("the account has exactly what it should"), async () =>
    assert.deepEqual(await inventoryOf(account), [...before, ...has].sort()),
  );
  for (const [what, body] of Object.entries(holds)) await checks.check(within(what), () => body(account));
  await checks.check(within("the second plan is empty"), async () =>
    assert.deepEqual(await plannedChanges(terraform, settings), []),
  );
}

/** What follows is done with the state that the import made. */
async function loseState(
  checks: Checks,
  { terraform, folder }: AccountUnderTest,
  { name, variables }: Step,
  { kind, groups = [] }: LostState,
): Promise<void> {
  const more = groups.flatMap((group) => ["--group", group]);
  const blocks = await printedBlocks("us-east-1", "--lost-state", kind, ...more);
  const deployed = { terraform, folder, state: STATE, blocks, variables: asArguments(variables) };
  await checkLostState(checks, deployed, (what) => `${name}: ${what}`);
}

async function checkDestroy(
  checks: Checks,
  account: AccountUnderTest,
  variables: Variables,
  before: readonly string[],
): Promise<void> {
  await checks.check("destroyed, and nothing is left that was not there before", async () => {
    await account.terraform.run(["destroy", "-auto-approve", "-no-color", ...asArguments(variables)]);
    assert.deepEqual(await inventoryOf(account), before);
    assert.equal((await account.terraform.run(["state", "list"])).stdout, "");
  });
}

function inventoryOf({ emulator, aws }: AccountUnderTest): Promise<string[]> {
  return listInventory(emulator.url, aws);
}

/** Addresses of what an apply says that it destroys or replaces. */
function removedBy(text: string): string[] {
  const removed = text.matchAll(/^ {2}# (\S+) (?:will be destroyed|must be replaced)/gm);
  return [...removed].map(([, address = ""]) => address).sort();
}
