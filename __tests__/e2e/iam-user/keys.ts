import assert from "node:assert/strict";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { BUCKET } from "../account/expected-role.ts";
import type { Checks } from "../checks.ts";
import {
  assertRefused,
  CLUSTER_PREFIX,
  exportArgs,
  exportHours,
  parseReport,
  runCli,
  verifyArgs,
  type VerifyFindings,
} from "../export/cli.ts";
import { DATASET_HOURS } from "../export/dataset-hours.ts";
import { expectedKeys } from "../export/folder.ts";
import type { ExportSources } from "../export/sources.ts";
import { dataFiles, readBucketTree } from "../export/tree.ts";
import { s3Env, type S3Keys } from "../ground/s3-access.ts";
import { createKeys, deleteKeys, FOREIGN_BUCKET, USERS, type UserAccount } from "./account.ts";

const REFUSED = 5;
const PATH_STYLE = "--s3-force-path-style";

type Env = Readonly<Record<string, string>>;

/** Exports with the keys of each user: where they may write, and where they may not. */
export async function checkKeys(
  checks: Checks,
  account: UserAccount,
  sources: ExportSources,
  pod: Env,
  keys: Readonly<Record<keyof typeof USERS, S3Keys>>,
): Promise<void> {
  const { aws } = account;
  const args = exportArgs(sources, `s3://${BUCKET}`, [PATH_STYLE]);
  const as = (user: keyof typeof USERS): Env => overTls(account, s3Env(account.front.url, keys[user]));

  await checks.check(
    "over plain HTTP the bucket's policy refuses in one line, and nothing is written",
    async () => {
      assertRefused(await runCli(args, s3Env(account.httpUrl, keys.bucket)), REFUSED, /AccessDenied/);
      assert.deepEqual(await readBucketTree(aws.s3, BUCKET, CLUSTER_PREFIX), {});
    },
  );
  await checks.check("a user of another cluster is refused in one line, and nothing is written", async () => {
    assertRefused(await runCli(args, as("shop")), REFUSED, /AccessDenied/);
    assert.deepEqual(await readBucketTree(aws.s3, BUCKET, CLUSTER_PREFIX), {});
  });
  await checks.check("the cluster's own user exports every hour below the cluster's prefix", async () => {
    const { exported, failed } = await exportHours(args, as("prod"));
    assert.deepEqual([failed, exported.length], [[], DATASET_HOURS]);
    assert.deepEqual(Object.keys(await readBucketTree(aws.s3, BUCKET, CLUSTER_PREFIX)), expectedKeys());
  });
  await checks.check(
    "the pod, with the Secret's keys of the bucket's user, finds nothing to do",
    async () => {
      const report = await exportHours(
        args,
        overTls(account, { ...pod, AWS_ENDPOINT_URL_S3: account.front.url }),
      );
      assert.deepEqual([report.exported, report.failed, report.committedBefore], [[], [], DATASET_HOURS]);
    },
  );
  await checks.check(
    "the bucket's user writes the same bytes below any other prefix, and verify finds them sound",
    async () => {
      const elsewhere = ["--key-prefix", "elsewhere"];
      const { exported, failed } = await exportHours([...args, ...elsewhere], as("bucket"));
      assert.deepEqual([failed, exported.length], [[], DATASET_HOURS]);
      const there = CLUSTER_PREFIX.replace("container-insights", "elsewhere");
      const [own, other] = [CLUSTER_PREFIX, there].map((prefix) => readBucketTree(aws.s3, BUCKET, prefix));
      assert.deepEqual(dataFiles((await other) ?? {}), dataFiles((await own) ?? {}));
      const verified = await runCli(verifyArgs(`s3://${BUCKET}`, [PATH_STYLE, ...elsewhere]), as("bucket"));
      assert.deepEqual(parseReport<VerifyFindings>(verified, 0).findings, []);
    },
  );
  await checks.check("in another bucket it is refused in one line, and nothing is written", async () => {
    const foreign = exportArgs(sources, `s3://${FOREIGN_BUCKET}`, [PATH_STYLE]);
    assertRefused(await runCli(foreign, as("bucket")), REFUSED, /AccessDenied/);
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: FOREIGN_BUCKET }));
    assert.deepEqual(Contents, []);
  });
}

/** Replaces the key of the bucket's user as docs/iam-user.md says. */
export async function checkRotation(
  checks: Checks,
  account: UserAccount,
  sources: ExportSources,
  old: S3Keys,
): Promise<void> {
  const args = exportArgs(sources, `s3://${BUCKET}`, [PATH_STYLE]);
  const withKeys = (keys: S3Keys): Env => overTls(account, s3Env(account.front.url, keys));
  await checks.check(
    "rotation: the new key works beside the old one, and alone when that has gone",
    async () => {
      const fresh = await createKeys(account.aws, USERS.bucket);
      for (const keys of [old, fresh]) await exportHours(args, withKeys(keys));
      await deleteKeys(account.aws, USERS.bucket, old);
      assert.equal((await exportHours(args, withKeys(fresh))).committedBefore, DATASET_HOURS);
      assertRefused(await runCli(args, withKeys(old)), REFUSED, /check the credentials/);
    },
  );
}

function overTls({ front }: UserAccount, env: Env): Env {
  return { ...env, NODE_EXTRA_CA_CERTS: front.certificate };
}
