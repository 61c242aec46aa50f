import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { startSources, type ExportSources } from "../export/sources.ts";
import type { S3Keys } from "../ground/s3-access.ts";
import {
  checkDestroy,
  checkState,
  createKeys,
  startUserAccount,
  USERS,
  type UserAccount,
} from "./account.ts";
import { podCredentials } from "./chart.ts";
import { checkKeys, checkRotation } from "./keys.ts";

/** The IAM-user mode from the variable to the exported hour, as docs/iam-user.md describes it. */
export async function iamUserPhases(checks: Checks, directory: string): Promise<void> {
  let account: UserAccount | undefined;
  let sources: ExportSources | undefined;
  try {
    account = await checks.phase("iam-user: apply", () => startUserAccount(checks, directory));
    if (!account) return;
    const from = account;
    const keys = await checks.phase("iam-user: keys made by hand", async () => {
      const made = await createAllKeys(from);
      await checkState(checks, from, Object.values(made));
      return made;
    });
    if (!keys) return;
    const pod = await checks.phase("iam-user: the chart takes them from a Secret", () =>
      podCredentials(checks, from.folder, directory, keys.bucket),
    );
    const read = await checks.phase("iam-user: start the sources", () =>
      startSources(join(directory, "sources")),
    );
    sources = read;
    if (pod && read) {
      await checks.phase("iam-user: export with static keys", () => checkKeys(checks, from, read, pod, keys));
      await checks.phase("iam-user: rotation", () => checkRotation(checks, from, read, keys.bucket));
    }
    await checks.phase("iam-user: destroy", () => checkDestroy(checks, from));
  } finally {
    await sources?.stop();
    await account?.stop();
  }
}

async function createAllKeys({ aws }: UserAccount): Promise<Record<keyof typeof USERS, S3Keys>> {
  return {
    bucket: await createKeys(aws, USERS.bucket),
    prod: await createKeys(aws, USERS.prod),
    shop: await createKeys(aws, USERS.shop),
  };
}
