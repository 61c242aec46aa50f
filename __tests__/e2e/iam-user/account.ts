import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { openEmulatedAws, roleNames, type EmulatedAws } from "../account/aws.ts";
import { BUCKET, ROLE_PATH } from "../account/expected-role.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import { CLUSTER_ARN } from "../export/cli.ts";
import { emulatorEnv, startMinistack } from "../ground/ministack.ts";
import { fillGaps } from "../ground/ministack-gaps.ts";
import type { S3Keys } from "../ground/s3-access.ts";
import { openTerraform, type Terraform } from "../ground/terraform.ts";
import { startTlsFront, type TlsFront } from "../ground/tls-front.ts";

/** The user that may write to the whole bucket, and two that may write for one cluster each. */
export const USERS = {
  bucket: "nops-container-cost-s3",
  prod: "prod-writer",
  shop: "shop-writer",
} as const;

/** A bucket of the same account that is none of the stack's. */
export const FOREIGN_BUCKET = "somebody-elses-bucket";

/** Name of the Kubernetes Secret with the keys. */
export const SECRET = "container-insights-keys";

const SHOP_ARN = CLUSTER_ARN.replace(/prod$/, "shop");
const VARIABLES = [
  "-var=force_destroy=true",
  "-var=create_iam_user=true",
  `-var=iam_users={"${CLUSTER_ARN}"="${USERS.prod}","${SHOP_ARN}"="${USERS.shop}"}`,
];

/** The emulated account, which enforces policies, with the stack's users in it. */
export interface UserAccount {
  readonly aws: EmulatedAws;
  readonly terraform: Terraform;
  readonly front: TlsFront;
  /** The emulator behind the front, over plain HTTP. */
  readonly httpUrl: string;
  /** Folder of the account stack; those of the clusters are beside it. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Applies the stack with its users, as docs/iam-user.md says, to an emulator that enforces policies. */
export async function startUserAccount(checks: Checks, directory: string): Promise<UserAccount> {
  const cluster = {
    clusterArn: CLUSTER_ARN,
    prometheusUrl: "http://prometheus-server.monitoring.svc",
    openCostUrl: "http://opencost.opencost.svc:9003",
    chartValues: { identity: { mode: "staticKeys", staticKeys: { existingSecret: SECRET } } },
  };
  const folder = await synthesizeAccount(directory, { allowDestroy: true, clusters: [cluster] });
  const emulator = await startMinistack(directory, { enforce: true });
  const front = await startTlsFront(directory, emulator.url);
  const gaps = await fillGaps(emulator.url);
  const stop = async (): Promise<void> => {
    await gaps.stop();
    await front.stop();
    await emulator.stop();
  };
  const aws = openEmulatedAws(emulator.url);
  const env = emulatorEnv(gaps.url, "us-east-1");
  const terraform = await openTerraform(folder, env, join(directory, "terraform.log"));
  try {
    await aws.s3.send(new CreateBucketCommand({ Bucket: FOREIGN_BUCKET }));
    await checkApplied(checks, terraform, aws);
  } catch (error) {
    await stop();
    throw error;
  }
  return { aws, terraform, front, httpUrl: emulator.url, folder, stop };
}

async function checkApplied(checks: Checks, terraform: Terraform, aws: EmulatedAws): Promise<void> {
  await checks.check("the stack makes users, and no Lambda, rule or role", async () => {
    await terraform.run(["init", "-no-color"]);
    await terraform.run(["apply", "-auto-approve", "-no-color", ...VARIABLES]);
    const { Users = [] } = await aws.iam.send(new ListUsersCommand());
    assert.deepEqual(Users.map(({ UserName }) => UserName).sort(), Object.values(USERS).sort());
    const { stdout } = await terraform.run(["state", "list"]);
    assert.match(stdout, /^aws_iam_user\./m);
    assert.doesNotMatch(stdout, /^aws_(lambda|cloudwatch|iam_role)/m);
    assert.deepEqual(await roleNames(aws, ROLE_PATH), []);
  });
  await checks.check("the bucket's user may write to the bucket and do nothing else", async () => {
    const UserName = USERS.bucket;
    const { PolicyNames = [] } = await aws.iam.send(new ListUserPoliciesCommand({ UserName }));
    assert.equal(PolicyNames.length, 1);
    const answer = await aws.iam.send(new GetUserPolicyCommand({ UserName, PolicyName: PolicyNames[0] }));
    const document = JSON.parse(decodeURIComponent(answer.PolicyDocument ?? "")) as {
      Statement: { Effect: string; Action: string[]; Resource: string[] }[];
    };
    const granted = document.Statement.flatMap(({ Effect, Action, Resource }) =>
      Resource.map((resource) => `${Effect} ${[...Action].sort().join(" ")} on ${resource}`),
    );
    assert.deepEqual(granted, [
      `Allow s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on arn:aws:s3:::${BUCKET}/*`,
      `Allow s3:ListBucket on arn:aws:s3:::${BUCKET}`,
    ]);
  });
}

/** Makes an access key beside Terraform, as `aws iam create-access-key` does. */
export async function createKeys({ iam }: EmulatedAws, user: string): Promise<S3Keys> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }));
  assert.ok(AccessKey?.AccessKeyId && AccessKey.SecretAccessKey);
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}

/** Ends a key, as `aws iam delete-access-key` does. */
export async function deleteKeys({ iam }: EmulatedAws, user: string, { accessKeyId }: S3Keys): Promise<void> {
  await iam.send(new DeleteAccessKeyCommand({ UserName: user, AccessKeyId: accessKeyId }));
}

/** Plans and refreshes with the keys in place, and reads every file that Terraform keeps. */
export async function checkState(
  checks: Checks,
  { terraform, folder, aws }: UserAccount,
  keys: readonly S3Keys[],
): Promise<void> {
  await checks.check("keys made by hand are no difference to Terraform", async () => {
    const { text, changes } = await terraform.plan(VARIABLES);
    assert.equal(changes, false, text);
    await terraform.run(["apply", "-refresh-only", "-auto-approve", "-no-color", ...VARIABLES]);
  });
  await checks.check("the state knows the users, and none of their keys", async () => {
    const files = await readdir(join(folder, "state"));
    const states = await Promise.all(files.map((file) => readFile(join(folder, "state", file), "utf8")));
    const text = states.join("\n");
    for (const user of Object.values(USERS)) assert.ok(text.includes(user), `the state has no "${user}"`);
    const { AccessKeyMetadata = [] } = await aws.iam.send(
      new ListAccessKeysCommand({ UserName: USERS.bucket }),
    );
    assert.equal(AccessKeyMetadata.length, 1);
    for (const { accessKeyId, secretAccessKey } of keys) {
      assert.ok(!text.includes(accessKeyId) && !text.includes(secretAccessKey), "the state has a key");
    }
  });
}

/** Destroys the stack while its users have keys. */
export async function checkDestroy(checks: Checks, { aws, terraform }: UserAccount): Promise<void> {
  await checks.check("destroy takes the users with the keys that were made by hand", async () => {
    await terraform.run(["destroy", "-auto-approve", "-no-color", ...VARIABLES]);
    const { Users = [] } = await aws.iam.send(new ListUsersCommand());
    assert.deepEqual(Users, []);
  });
}
