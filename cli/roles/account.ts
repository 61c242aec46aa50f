import { readFile } from "node:fs/promises";
import { ConfigError, TransientError } from "../../agent-src/export/errors.ts";
import { deploymentNames } from "../../contract/names.ts";
import { readCaller } from "../../lambda-src/adapters/caller.ts";
import { openClusterDirectory, openEks } from "../../lambda-src/adapters/eks.ts";
import { openIam } from "../../lambda-src/adapters/iam.ts";
import { openAssociations } from "../../lambda-src/adapters/pod-identity.ts";
import { openRoleStore } from "../../lambda-src/adapters/role-store.ts";
import { reasonOf } from "../../lambda-src/aws-errors.ts";
import type { Settings } from "../../lambda-src/env.ts";
import { parseInventory, type Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { Deployment } from "../../lambda-src/reconcile/model.ts";
import { observe } from "../../lambda-src/reconcile/observe.ts";
import type { Ports } from "../../lambda-src/reconcile/ports.ts";
import { formatCounted } from "../format.ts";
import type { Terminal } from "../terminal.ts";

/** A recorded inventory. @throws ConfigError when the file is none */
export async function readInventory(path: string): Promise<Inventory> {
  try {
    return parseInventory(await readFile(path, "utf8"), path);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const isRead = text.startsWith("Cannot read");
    throw new ConfigError(isRead ? text : `Cannot read the inventory "${path}": ${text}`, { cause: error });
  }
}

/** What a person says about a deployment; the account's part is asked of AWS. */
export interface AccountQuestion extends Omit<
  Settings,
  "regions" | "bucket" | "boundaryArn" | "deleteRolesOnDestroy"
> {
  readonly regions: readonly [string, ...string[]];
  /** @default `<name prefix>-<account>` */
  readonly bucket?: string | undefined;
  /** Whose roles are taken over. @default none's */
  readonly formerBucket?: string | undefined;
  /** @default the policy `<name prefix>-boundary` */
  readonly boundaryArn?: string | undefined;
}

/** A deployment in the caller's account, and how its roles and clusters are reached with the caller's credentials. */
export interface OpenAccount {
  readonly deployment: Deployment;
  readonly ports: Pick<Ports, "roles" | "clusters" | "associations">;
}

/** What AWS answers. @throws TransientError that says what was wanted, and what to check */
export async function asking<T>(what: string, check: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new TransientError(`Cannot ${what}: ${reasonOf(error)}; ${check}`, { cause: error });
  }
}

/** Asks AWS whose credentials these are, and opens the account. @throws TransientError when it cannot */
async function openAccount(question: AccountQuestion): Promise<OpenAccount> {
  const [home] = question.regions;
  const { partition, account } = await asking("tell the account", "check the AWS credentials", () =>
    readCaller(home),
  );
  const names = deploymentNames(question.namePrefix, account);
  return {
    deployment: {
      ...question,
      partition,
      account,
      bucket: question.bucket ?? names.bucket,
      boundaryArn: question.boundaryArn ?? `arn:${partition}:iam::${account}:policy/${names.boundary}`,
      deleteRolesOnDestroy: true,
    },
    ports: {
      roles: openRoleStore(openIam(home)),
      clusters: (region) => openClusterDirectory(openEks(region)),
      associations: (region) => openAssociations(openEks(region)),
    },
  };
}

/** Looks at the account; reads only. @throws TransientError when it cannot */
async function observeAccount({ deployment, ports }: OpenAccount): Promise<Inventory> {
  const check = "check the AWS credentials, and that they may list roles and OIDC providers";
  const observation = await asking("observe the account", check, () => observe(deployment, ports));
  return { version: 1, observedAt: new Date().toISOString(), deployment, observation };
}

/** Opens the account and looks at it, and says so meanwhile. Reads only. @throws TransientError when it cannot */
export async function lookAtAccount(
  question: AccountQuestion,
  terminal: Terminal,
): Promise<{ readonly account: OpenAccount; readonly inventory: Inventory }> {
  terminal.live(`Looking at ${formatCounted(question.regions.length, "region")} and the account's roles`);
  try {
    const account = await openAccount(question);
    return { account, inventory: await observeAccount(account) };
  } finally {
    terminal.settle();
  }
}
