import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { actionLine } from "../../lambda-src/reconcile/action-line.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { Plan } from "../../lambda-src/reconcile/model.ts";
import { blindSpots } from "../../lambda-src/reconcile/problems.ts";
import { planRun } from "../../lambda-src/reconcile/reconcile.ts";
import { EXIT, exitWith } from "../exit-codes.ts";
import { Problems } from "../problems.ts";
import { Terminal } from "../terminal.ts";
import { lookAtAccount, readInventory } from "./account.ts";
import { addAccountFlags, addInventoryFlag, readQuestion, type AccountFlags } from "./flags.ts";
import { planText } from "./plan-text.ts";

/** As `terraform plan -detailed-exitcode`: 2 says that changes are pending, so every error is 1 then. */
const EXIT_CHANGES_PENDING = 2;

/** What could not be read is an error whatever is pending: an empty plan proves nothing, and another one is a part of it. */
function detailedExitCode({ observation }: Inventory, plan: Plan): number {
  if (blindSpots(observation).length > 0) return EXIT.unexpected;
  return plan.actions.length > 0 ? EXIT_CHANGES_PENDING : EXIT.ok;
}

interface PlanFlags extends AccountFlags {
  readonly inventory?: string;
  readonly record?: string;
  readonly detailedExitcode?: boolean;
}

const EXAMPLES = `
Examples:
  # what would happen in an account that was recorded; needs no AWS
  $ npx container-insights roles plan --inventory demo/recorded/account-inventory.json

  # what the next run in this account would do, with your credentials
  $ npx container-insights roles plan --regions eu-west-1,us-east-1

  # for a pipeline: 0 no changes, 1 any error, 2 changes pending; a region, cluster or role that could not be read is an
  # error, whatever is pending (without the flag the plan only says so)
  $ npx container-insights roles plan --regions eu-west-1 --detailed-exitcode --json
`;

/** A plan as plain data. */
export function planJson(inventory: Inventory, plan: Plan): object {
  const { deployment, observedAt, observation } = inventory;
  return {
    deployment: deployment.bucket,
    observedAt,
    regions: observation.regions.map((region) =>
      region.state === "complete" ? { ...region, clusters: region.clusters.length } : region,
    ),
    actions: plan.actions.map(actionLine),
    notes: plan.notes,
    problems: blindSpots(observation),
  };
}

/** The recorded account, or the caller's own. @throws ConfigError that lists every problem of the flags */
async function readAccount(flags: PlanFlags, terminal: Terminal): Promise<Inventory> {
  if (flags.inventory !== undefined) return readInventory(flags.inventory);
  const problems = new Problems();
  const question = readQuestion(flags, problems, " (or give --inventory <file>)");
  problems.throwIfAny();
  return (await lookAtAccount(question, terminal)).inventory;
}

async function runPlan(flags: PlanFlags): Promise<void> {
  const terminal = new Terminal(flags);
  const inventory = await readAccount(flags, terminal);
  if (flags.record !== undefined) {
    await writeFile(flags.record, `${JSON.stringify(inventory, undefined, 2)}\n`);
  }
  const plan = planRun(inventory.deployment, inventory.observation, new Date(inventory.observedAt));
  terminal.result(planJson(inventory, plan), planText(inventory, plan, terminal.color));
  exitWith(flags.detailedExitcode ? detailedExitCode(inventory, plan) : EXIT.ok);
}

/** Adds `container-insights roles plan`: what the role reconciler would do, and why it leaves the rest alone. Writes nothing. */
export function registerPlan(roles: Command): void {
  const command = roles
    .command("plan")
    .description("show what the role reconciler would do; changes nothing");
  addInventoryFlag(command, "plan from a recorded account instead of asking AWS");
  addAccountFlags(command)
    .option("--record <file>", "write what was seen, to be read by --inventory")
    .option("--detailed-exitcode", "as terraform plan: 0 no changes, 1 error or incomplete view, 2 changes")
    .addHelpText("after", EXAMPLES)
    .action(() => runPlan(command.optsWithGlobals<PlanFlags>()));
}
