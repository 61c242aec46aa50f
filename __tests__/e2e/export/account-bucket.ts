import assert from "node:assert/strict";
import { CreateAccessKeyCommand, GetUserPolicyCommand, ListUserPoliciesCommand } from "@aws-sdk/client-iam";
import { openEmulatedAws, roleNames, type EmulatedAws } from "../account/aws.ts";
import { BUCKET, ROLE_PATH } from "../account/expected-role.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import { emulatorEnv, startMinistack, type Emulator } from "../ground/ministack.ts";
import { s3Env } from "../ground/s3-access.ts";
import { openTerraform } from "../ground/terraform.ts";
import { startTlsFront, type TlsFront } from "../ground/tls-front.ts";
import {
  assertRefused,
  CLUSTER_PREFIX,
  exportArgs,
  exportHours,
  parseReport,
  runCli,
  verifyArgs,
  type VerifyFindings,
} from "./cli.ts";
import { expectedKeys, type FolderExport } from "./folder.ts";
import type { ExportSources } from "./sources.ts";
import { dataFiles, readBucketTree } from "./tree.ts";

const USER = "nops-container-cost-s3";
const VARIABLES = ["-var=create_iam_user=true", "-var=force_destroy=true"];
const REFUSED = 5;

/** The emulated account with the IAM-user branch of the stack in it. */
export interface UserBranch {
  readonly aws: EmulatedAws;
  readonly front: TlsFront;
  readonly httpUrl: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

/** Applies the stack's IAM-user branch to an emulator that enforces policies. */
export async function startUserBranch(checks: Checks, directory: string): Promise<UserBranch | undefined> {
  const running: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of running.reverse()) await one.stop();
  };
  const branch = await checks.phase("account bucket: apply the IAM-user branch", async () => {
    const folder = await synthesizeAccount(directory, { allowDestroy: true });
    const emulator = await startMinistack(directory, { enforce: true });
    running.push(emulator);
    const front = await startTlsFront(directory, emulator.url);
    running.push(front);
    return { ...(await applyUserBranch(checks, emulator, front, folder, directory)), stop };
  });
  if (!branch) await stop();
  return branch;
}

async function applyUserBranch(
  checks: Checks,
  emulator: Emulator,
  front: TlsFront,
  folder: string,
  directory: string,
): Promise<Omit<UserBranch, "stop">> {
  const aws = openEmulatedAws(emulator.url);
  const env = emulatorEnv(emulator.url, "us-east-1");
  const terraform = await openTerraform(folder, env, `${directory}/terraform.log`);
  await checks.check("with create_iam_user the stack makes a user, and no Lambda, rule or role", async () => {
    await terraform.run(["init", "-no-color"]);
    await terraform.run(["apply", "-auto-approve", "-no-color", ...VARIABLES]);
    const { stdout } = await terraform.run(["state", "list"]);
    assert.match(stdout, /^aws_iam_user\./m);
    assert.doesNotMatch(stdout, /^aws_(lambda|cloudwatch|iam_role)/m);
    assert.deepEqual(await roleNames(aws, ROLE_PATH), []);
  });
  await checks.check("the user may write to the bucket and do nothing else", async () => {
    const { PolicyNames = [] } = await aws.iam.send(new ListUserPoliciesCommand({ UserName: USER }));
    assert.equal(PolicyNames.length, 1);
    const answer = await aws.iam.send(
      new GetUserPolicyCommand({ UserName: USER, PolicyName: PolicyNames[0] }),
    );
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
  await checks.check("the second plan is empty", async () => {
    const { text, changes } = await terraform.plan(VARIABLES);
    assert.equal(changes, false, text);
  });
  const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName: USER }));
  assert.ok(AccessKey?.AccessKeyId && AccessKey.SecretAccessKey);
  const keys = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  return { aws, front, httpUrl: emulator.url, keys };
}

/**
 * Exports with that user's keys into the stack's own bucket: over plain HTTP its policy refuses, over TLS it lets the
 * user write.
 */
export async function checkTlsPolicy(
  checks: Checks,
  sources: ExportSources,
  done: FolderExport,
  { aws, front, httpUrl, keys }: UserBranch,
): Promise<void> {
  const sink = `s3://${BUCKET}`;
  const args = exportArgs(sources, sink, ["--s3-force-path-style"]);
  const overTls = { ...s3Env(front.url, keys), NODE_EXTRA_CA_CERTS: front.certificate };
  await checks.check("over plain HTTP the bucket's policy refuses: one line, nothing written", async () => {
    assertRefused(await runCli(args, s3Env(httpUrl, keys)), REFUSED, /AccessDenied/);
    assert.deepEqual(await readBucketTree(aws.s3, BUCKET, CLUSTER_PREFIX), {});
  });
  await checks.check("over TLS the same user exports every hour, byte for byte as to a folder", async () => {
    const report = await exportHours(args, overTls);
    assert.deepEqual([report.failed, report.exported.length], [[], 6]);
    const tree = await readBucketTree(aws.s3, BUCKET, CLUSTER_PREFIX);
    assert.deepEqual(Object.keys(tree), expectedKeys());
    assert.deepEqual(dataFiles(tree), dataFiles(done.tree));
  });
  await checks.check("over TLS verify finds it sound", async () => {
    const result = await runCli(verifyArgs(sink, ["--s3-force-path-style"]), overTls);
    assert.deepEqual(parseReport<VerifyFindings>(result, 0).findings, []);
  });
}
