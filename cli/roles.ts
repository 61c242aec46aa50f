import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { DEFAULT_NAME_PREFIX } from "../contract/names.ts";
import { DEFAULT_KEY_PREFIX } from "../contract/object-keys.ts";
import { invalidRegions, parseClusterPatterns, parseEncryptionKey, parseRegions } from "../lambda-src/env.ts";
import type { Inventory } from "../lambda-src/reconcile/inventory.ts";
import type { Plan } from "../lambda-src/reconcile/model.ts";
import { planRun } from "../lambda-src/reconcile/reconcile.ts";
import { actionLine } from "../lambda-src/reconcile/action-line.ts";
import { EXIT, exitWith } from "./exit-codes.ts";
import { flag } from "./options.ts";
import { Problems } from "./problems.ts";
import { observeAccount, readInventory, type AccountQuestion } from "./roles-inventory.ts";
import { planText } from "./roles-plan-text.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

/** As `terraform plan -detailed-exitcode`: 2 says that changes are pending, so every error is 1 then. */
const EXIT_CHANGES_PENDING = 2;

interface PlanFlags extends OutputFlags {
  readonly inventory?: string;
  readonly regions?: string;
  readonly namePrefix: string;
  readonly bucket?: string;
  readonly keyPrefix: string;
  readonly boundaryArn?: string;
  readonly orphanGraceHours: string;
  readonly maxDeletesPerRun: string;
  readonly clusterInclude: string;
  readonly clusterExclude: string;
  readonly kmsKeyArn: string;
  readonly record?: string;
  readonly detailedExitcode?: boolean;
}

const EXAMPLES = `
Examples:
  # what would happen in an account that was recorded; needs no AWS
  $ npx container-insights roles plan --inventory demo/recorded/account-inventory.json

  # what the next run in this account would do, with your credentials
  $ npx container-insights roles plan --regions eu-west-1,us-east-1

  # for a pipeline: 0 no changes, 1 any error, 2 changes pending
  $ npx container-insights roles plan --regions eu-west-1 --detailed-exitcode --json
`;

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`${name} "${text}" is not a whole number; for example ${name} 24`);
}

function readRegions(flags: PlanFlags, problems: Problems): string[] {
  const list = problems.required(
    "--regions",
    flags.regions,
    "eu-west-1,us-east-1 (or give --inventory <file>)",
  );
  const regions = list === undefined ? [] : parseRegions(list, "");
  for (const region of invalidRegions(regions)) {
    problems.add(
      `--regions names "${region}", which is no region; for example --regions eu-west-1,us-east-1`,
    );
  }
  return regions;
}

/** @throws ConfigError that lists every problem of the flags */
function readQuestion(flags: PlanFlags): AccountQuestion {
  const problems = new Problems();
  const [first = "", ...others] = readRegions(flags, problems);
  const graceHours = problems.attempt(() => wholeNumber("--orphan-grace-hours", flags.orphanGraceHours));
  const maxDeletes = problems.attempt(() => wholeNumber("--max-deletes-per-run", flags.maxDeletesPerRun));
  const include = problems.attempt(() => parseClusterPatterns(flags.clusterInclude), "--cluster-include ");
  const exclude = problems.attempt(() => parseClusterPatterns(flags.clusterExclude), "--cluster-exclude ");
  const encryptionKey = problems.attempt(() => parseEncryptionKey(flags.kmsKeyArn), "--kms-key-arn ");
  problems.throwIfAny();
  return {
    regions: [first, ...others],
    namePrefix: flags.namePrefix,
    keyPrefix: flags.keyPrefix,
    bucket: flags.bucket,
    boundaryArn: flags.boundaryArn,
    orphanGraceHours: graceHours ?? 0,
    maxDeletesPerRun: maxDeletes ?? 0,
    clusterInclude: include ?? [],
    clusterExclude: exclude ?? [],
    encryptionKey,
  };
}

function planJson(inventory: Inventory, plan: Plan): object {
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
  const inventory =
    flags.inventory === undefined
      ? await observeAccount(readQuestion(flags))
      : await readInventory(flags.inventory);
  if (flags.record !== undefined) {
    await writeFile(flags.record, `${JSON.stringify(inventory, undefined, 2)}\n`);
  }
  const plan = planRun(inventory.deployment, inventory.observation, new Date(inventory.observedAt));
  const terminal = new Terminal(flags);
  terminal.result(planJson(inventory, plan), planText(inventory, plan, terminal.color));
  exitWith(flags.detailedExitcode && plan.actions.length > 0 ? EXIT_CHANGES_PENDING : EXIT.ok);
}

/** Adds `container-insights roles plan`: what the role reconciler would do, and why it leaves the rest alone. Writes nothing. */
export function registerRoles(program: Command): void {
  const roles = program.command("roles").description("the clusters' IAM roles: what the reconciler would do");
  const command = roles
    .command("plan")
    .description("show what the role reconciler would do; changes nothing");
  command
    .addOption(flag("--inventory <file>", "plan from a recorded account instead of asking AWS"))
    .addOption(flag("--regions <list>", "regions to look at, comma-separated"))
    .addOption(flag("--name-prefix <prefix>", "name prefix of the deployment", DEFAULT_NAME_PREFIX))
    .addOption(flag("--bucket <name>", "bucket of the deployment (default: <name prefix>-<account>)"))
    .addOption(flag("--key-prefix <prefix>", "key prefix of the deployment", DEFAULT_KEY_PREFIX))
    .addOption(flag("--boundary-arn <arn>", "boundary of the roles (default: policy <name prefix>-boundary)"))
    .addOption(flag("--orphan-grace-hours <n>", "hours for which a role outlives its cluster", "24"))
    .addOption(flag("--max-deletes-per-run <n>", "hold all deletions when more are due", "10"))
    .addOption(flag("--cluster-include <list>", "patterns of the clusters' names; empty: all", ""))
    .addOption(flag("--cluster-exclude <list>", "patterns of clusters that are left alone", ""))
    .addOption(
      flag("--kms-key-arn <arn>", "what the bucket encrypts with; empty: no key of the account's", ""),
    )
    .option("--record <file>", "write what was seen, to be read by --inventory")
    .option("--detailed-exitcode", "as terraform plan: 0 no changes, 1 any error, 2 changes pending")
    .addHelpText("after", EXAMPLES)
    .action(() => runPlan(command.optsWithGlobals<PlanFlags>()));
  // A command below another does not inherit what the program sets on its own commands afterwards.
  command
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ outputError: () => {} });
}
