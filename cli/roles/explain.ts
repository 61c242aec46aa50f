import type { Command } from "commander";
import type { Cluster } from "../../contract/cluster-arn.ts";
import { clusterRoleName } from "../../contract/names.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { ActualRole } from "../../lambda-src/reconcile/model.ts";
import { EXIT, exitWith } from "../exit-codes.ts";
import { Problems } from "../problems.ts";
import { Terminal } from "../terminal.ts";
import { lookAtAccount, readInventory, type OpenAccount } from "./account.ts";
import { explanationText } from "./explain-text.ts";
import { explainCluster, type Explanation } from "./explanation.ts";
import { findCluster, readNamedCluster, type NamedCluster } from "./find-cluster.ts";
import { addAccountFlags, addInventoryFlag, readQuestion, type AccountFlags } from "./flags.ts";

interface ExplainFlags extends AccountFlags {
  readonly inventory?: string;
}

const EXAMPLES = `
Examples:
  # why a cluster has its role, or has none; of a recorded account, which needs no AWS
  $ npx container-insights roles explain checkout-staging --inventory demo/recorded/account-inventory.json

  # of your account now; without --regions it looks into the region that you name
  $ npx container-insights roles explain eu-west-1/prod
  $ npx container-insights roles explain arn:aws:eks:eu-west-1:123456789012:cluster/prod

  # where the name is enough, because only one of these regions has it
  $ npx container-insights roles explain prod --regions eu-west-1,us-east-1

The flags are the account stack's variables. Ends with 1 when there is no such cluster, and says which names are near.
`;

/** Adds `container-insights roles explain`: everything that decides about one cluster's role, step by step. */
export function registerExplain(roles: Command): void {
  const command = roles
    .command("explain")
    .description("say why one cluster has its role, or none, and what its pods need; changes nothing")
    .argument("<cluster>", "name, region/name or ARN of the cluster");
  addInventoryFlag(command, "explain from a recorded account instead of asking AWS");
  addAccountFlags(command)
    .addHelpText("after", EXAMPLES)
    .action((cluster: string) => runExplain(cluster, command.optsWithGlobals<ExplainFlags>()));
}

async function runExplain(text: string, flags: ExplainFlags): Promise<void> {
  const terminal = new Terminal(flags);
  const problems = new Problems();
  const named = problems.attempt(() => readNamedCluster(text));
  const explanation =
    flags.inventory === undefined
      ? await explainLive(named, flags, problems, terminal)
      : await explainRecorded(named, flags.inventory, problems);
  terminal.result(explanation, explanationText(explanation, terminal.color));
  exitWith(EXIT.ok);
}

async function explainRecorded(
  named: NamedCluster | undefined,
  file: string,
  problems: Problems,
): Promise<Explanation> {
  problems.throwIfAny();
  const inventory = await readInventory(file);
  return explainCluster(inventory, clusterOf(named, inventory));
}

async function explainLive(
  named: NamedCluster | undefined,
  flags: ExplainFlags,
  problems: Problems,
  terminal: Terminal,
): Promise<Explanation> {
  const regions = flags.regions ?? named?.region;
  const hint = " (or name the cluster as eu-west-1/prod, or give --inventory <file>)";
  const question = readQuestion({ ...flags, ...(regions === undefined ? {} : { regions }) }, problems, hint);
  problems.throwIfAny();
  const { account, inventory } = await lookAtAccount(question, terminal);
  const cluster = clusterOf(named, inventory);
  return explainCluster(inventory, cluster, await roleElsewhere(account, cluster));
}

/** @throws Error when the inventory has no such cluster */
function clusterOf(named: NamedCluster | undefined, inventory: Inventory): Cluster {
  if (named === undefined) throw new Error("The cluster's name was not understood");
  return findCluster(named, inventory);
}

/** A role of the cluster's role name outside the deployment's path. One that cannot be asked for is none. */
async function roleElsewhere(
  { deployment, ports }: OpenAccount,
  cluster: Cluster,
): Promise<Pick<ActualRole, "path"> | undefined> {
  const name = clusterRoleName(deployment.namePrefix, cluster);
  const role = await ports.roles.readRole(name).catch(() => undefined);
  return role === undefined || role.path === `/${deployment.namePrefix}/` ? undefined : role;
}
