import { readFile } from "node:fs/promises";
import { ConfigError, TransientError } from "../agent-src/export/errors.ts";
import { deploymentNames } from "../contract/names.ts";
import type { EncryptionKey } from "../contract/policies/encryption-key.ts";
import { readCaller } from "../lambda-src/adapters/caller.ts";
import { openClusterDirectory, openEks } from "../lambda-src/adapters/eks.ts";
import { openIam } from "../lambda-src/adapters/iam.ts";
import { openRoleStore } from "../lambda-src/adapters/role-store.ts";
import { reasonOf } from "../lambda-src/aws-errors.ts";
import { parseInventory, type Inventory } from "../lambda-src/reconcile/inventory.ts";
import type { Deployment } from "../lambda-src/reconcile/model.ts";
import { observe } from "../lambda-src/reconcile/observe.ts";

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
export interface AccountQuestion {
  readonly regions: readonly [string, ...string[]];
  readonly namePrefix: string;
  readonly keyPrefix: string;
  /** @default `<name prefix>-<account>` */
  readonly bucket?: string | undefined;
  /** @default the policy `<name prefix>-boundary` */
  readonly boundaryArn?: string | undefined;
  readonly orphanGraceHours: number;
  readonly maxDeletesPerRun: number;
  readonly clusterInclude: readonly string[];
  readonly clusterExclude: readonly string[];
  /** @default no key of the account's own */
  readonly encryptionKey?: EncryptionKey | undefined;
}

async function identifyDeployment(question: AccountQuestion): Promise<Deployment> {
  const { partition, account } = await readCaller(question.regions[0]);
  const names = deploymentNames(question.namePrefix, account);
  return {
    ...question,
    partition,
    account,
    bucket: question.bucket ?? names.bucket,
    boundaryArn: question.boundaryArn ?? `arn:${partition}:iam::${account}:policy/${names.boundary}`,
    deleteRolesOnDestroy: true,
  };
}

/** Looks at the account with the caller's credentials; reads only. @throws TransientError when it cannot */
export async function observeAccount(question: AccountQuestion): Promise<Inventory> {
  try {
    const deployment = await identifyDeployment(question);
    const observation = await observe(deployment, {
      roles: openRoleStore(openIam(question.regions[0])),
      clusters: (region) => openClusterDirectory(openEks(region)),
    });
    return { version: 1, observedAt: new Date().toISOString(), deployment, observation };
  } catch (error) {
    throw new TransientError(
      `Cannot observe the account: ${reasonOf(error)}; check the AWS credentials, and that they may list roles and OIDC providers`,
      { cause: error },
    );
  }
}
