import { readFile, writeFile } from "node:fs/promises";
import { InvalidArgumentError, type Command } from "commander";
import { ConfigError, TransientError } from "../agent-src/export/errors.ts";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { reasonOf } from "../lambda-src/aws-errors.ts";
import { readCaller } from "../lambda-src/adapters/caller.ts";
import { openClusterDirectory, openEks } from "../lambda-src/adapters/eks.ts";
import { openIam } from "../lambda-src/adapters/iam.ts";
import { openRoleStore } from "../lambda-src/adapters/role-store.ts";
import { parseRegions } from "../lambda-src/env.ts";
import { parseInventory, type Inventory } from "../lambda-src/reconcile/inventory.ts";
import type { Plan } from "../lambda-src/reconcile/model.ts";
import { observe } from "../lambda-src/reconcile/observe.ts";
import { planRun } from "../lambda-src/reconcile/reconcile.ts";
import { actionLine } from "../lambda-src/reconcile/report.ts";
import { EXIT, exitWith } from "./exit-codes.ts";
import { planText } from "./roles-plan-text.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

/** As `terraform plan -detailed-exitcode`: 2 says that changes are pending. */
const EXIT_CHANGES_PENDING = 2;

interface PlanFlags extends OutputFlags {
  readonly inventory?: string;
  readonly regions?: string;
  readonly namePrefix: string;
  readonly bucket?: string;
  readonly keyPrefix: string;
  readonly boundaryArn?: string;
  readonly orphanGraceHours: number;
  readonly maxDeletesPerRun: number;
  readonly record?: string;
  readonly detailedExitcode?: boolean;
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`"${text}" is not a whole number, such as 24.`);
}

async function readRecorded(path: string): Promise<Inventory> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigError(`Cannot read the inventory "${path}": ${reasonOf(error)}`, { cause: error });
  });
  try {
    return parseInventory(text, path);
  } catch (error) {
    throw new ConfigError(reasonOf(error).replace(/^ConfigError: /, ""), { cause: error });
  }
}

async function observeAccount(flags: PlanFlags, regions: readonly [string, ...string[]]): Promise<Inventory> {
  const { partition, account } = await readCaller(regions[0]);
  const names = deploymentNames(flags.namePrefix, account);
  const deployment = {
    partition,
    account,
    bucket: flags.bucket ?? names.bucket,
    namePrefix: flags.namePrefix,
    keyPrefix: flags.keyPrefix,
    regions,
    boundaryArn: flags.boundaryArn ?? `arn:${partition}:iam::${account}:policy/${names.boundary}`,
    orphanGraceHours: flags.orphanGraceHours,
    maxDeletesPerRun: flags.maxDeletesPerRun,
    deleteRolesOnDestroy: true,
  };
  const observation = await observe(deployment, {
    roles: openRoleStore(openIam(regions[0])),
    clusters: (region) => openClusterDirectory(openEks(region)),
  });
  return { version: 1, observedAt: new Date().toISOString(), deployment, observation };
}

async function readLive(flags: PlanFlags): Promise<Inventory> {
  const [first, ...others] = parseRegions(flags.regions ?? "", "");
  if (!first) {
    throw new ConfigError(
      `Cannot plan without knowing the regions: give --regions, such as "eu-west-1,us-east-1", or --inventory <file> for a dry run without AWS`,
    );
  }
  try {
    return await observeAccount(flags, [first, ...others]);
  } catch (error) {
    throw new TransientError(
      `Cannot observe the account: ${reasonOf(error)}; check the AWS credentials and that they may list roles and OIDC providers`,
      { cause: error },
    );
  }
}

function planJson(inventory: Inventory, plan: Plan) {
  const { deployment, observedAt, observation } = inventory;
  return {
    deployment: deployment.bucket,
    observedAt,
    regions: observation.regions.map((region) =>
      region.state === "complete" ? { ...region, clusters: region.clusters.length } : region,
    ),
    actions: plan.actions.map(actionLine),
    notes: plan.notes,
  };
}

async function runPlan(flags: PlanFlags): Promise<void> {
  const inventory = await (flags.inventory === undefined ? readLive(flags) : readRecorded(flags.inventory));
  if (flags.record !== undefined)
    await writeFile(flags.record, `${JSON.stringify(inventory, undefined, 2)}\n`);
  const plan = planRun(inventory.deployment, inventory.observation, new Date(inventory.observedAt));
  const terminal = new Terminal(flags);
  terminal.result(planJson(inventory, plan), planText(inventory, plan, terminal.color));
  exitWith(flags.detailedExitcode && plan.actions.length > 0 ? EXIT_CHANGES_PENDING : EXIT.ok);
}

/** Adds `container-insights roles plan`: what the role reconciler would do, and why it leaves the rest alone. Writes nothing. */
export function registerRoles(program: Command): void {
  const roles = program.command("roles").description("the clusters' IAM roles");
  roles
    .command("plan")
    .description("show what the role reconciler would do; changes nothing")
    .option("--inventory <file>", "plan from a recorded account instead of asking AWS")
    .option("--regions <list>", "regions to look at, comma-separated")
    .option("--name-prefix <prefix>", "the deployment's name prefix", DEFAULT_NAME_PREFIX)
    .option("--bucket <name>", "the deployment's bucket (default: <name prefix>-<account>)")
    .option("--key-prefix <prefix>", "the deployment's key prefix", DEFAULT_KEY_PREFIX)
    .option(
      "--boundary-arn <arn>",
      "the roles' permissions boundary (default: policy <name prefix>-boundary)",
    )
    .option("--orphan-grace-hours <n>", "how long a role outlives its cluster", wholeNumber, 24)
    .option("--max-deletes-per-run <n>", "hold all deletions when more are due", wholeNumber, 10)
    .option("--record <file>", "write what was seen, for --inventory")
    .option("--detailed-exitcode", "exit with 2 when changes are pending")
    .option("--json", "print one JSON object")
    .action((flags: PlanFlags) => runPlan(flags));
}
