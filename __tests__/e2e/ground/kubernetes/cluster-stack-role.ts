import assert from "node:assert/strict";
import { join } from "node:path";
import { createCluster, inspectRole, openEmulatedAws } from "../../account/aws.ts";
import type { Checks } from "../../checks.ts";
import { emulatorEnv } from "../ministack.ts";
import { serviceUrl } from "../parts/ports.ts";
import { openTerraform, type Terraform } from "../terraform.ts";
import { assertEmptyPlan, assertPlanShows, GROUND_VALUES, SLICE_BUCKET } from "./cluster-stack-checks.ts";
import { openClusterStack, stackFolder, synthesizeCluster } from "./cluster-stack-synth.ts";

const EMULATOR = serviceUrl("ministack");

/** The role that the account stack's Lambda makes for the cluster, said here a second time. */
const ROLE = "nops-container-cost-prod_us-east-1";
const BUCKET = "nops-container-cost-123456789012";

/**
 * What of the account stack the cluster needs. The whole of it is applied by `npm run e2e -- account`; here the AWS
 * provider's 55 seconds of watching a new lifecycle configuration would show nothing.
 */
const TARGETS = ["aws_s3_bucket.data", "aws_lambda_invocation.roles"].map((address) => `-target=${address}`);

/** What the two stacks agree on, without having told each other. */
export interface Handshake {
  readonly roleArn: string;
  readonly bucket: string;
}

/**
 * The account stack makes bucket and role; then the cluster stack, with nothing chosen but what the ground needs,
 * turns to them. @returns what the outputs say, where all of it held
 */
export async function checkHandshake(checks: Checks, directory: string): Promise<Handshake | undefined> {
  const account = await checks.check("the account stack makes a bucket, and a role for this cluster", () =>
    applyAccountStack(directory),
  );
  if (!account) return undefined;
  await synthesizeCluster(directory, { chartValues: GROUND_VALUES });
  const cluster = await openClusterStack(directory);
  await checks.check("a plan names the values that change, the old ones beside the new ones", async () => {
    const { text } = await cluster.plan([]);
    assert.match(text, /Plan: 0 to add, 1 to change, 0 to destroy\./);
    assertPlanShows(text, [
      '- mode = "staticKeys"',
      '- existingSecret = "bucket-keys"',
      `+ roleArn = "${account.roleArn}"`,
      `~ url = "s3://${SLICE_BUCKET}" -> "s3://${account.bucket}"`,
    ]);
    assert.doesNotMatch(text, /repository/, "a value that stays is shown too");
  });
  return checks.check(
    "applied, its outputs are the account's role and bucket, and the next plan is empty",
    async () => {
      await cluster.run(["apply", "-auto-approve", "-no-color"]);
      assert.equal(await output(cluster, "role_arn"), account.roleArn);
      assert.equal((await output(cluster, "s3_prefix_url")).split("/")[2], account.bucket);
      await assertEmptyPlan(cluster);
      return account;
    },
  );
}

/** EKS has the cluster; the stack's apply invokes the Lambda that looks for it. */
async function applyAccountStack(directory: string): Promise<Handshake> {
  const aws = openEmulatedAws(EMULATOR);
  await createCluster(aws, "us-east-1", "prod");
  const terraform = await openTerraform(
    stackFolder(directory, "account"),
    emulatorEnv(EMULATOR, "us-east-1"),
    join(directory, "account-stack.log"),
  );
  await terraform.run(["init", "-no-color"]);
  await terraform.run(["apply", "-auto-approve", "-no-color", ...TARGETS]);
  const found = await inspectRole(aws, ROLE);
  assert.ok(found?.role.Arn, `there is no role "${ROLE}"`);
  const bucket = await output(terraform, "bucket_name");
  assert.equal(bucket, BUCKET);
  return { roleArn: found.role.Arn, bucket };
}

async function output(terraform: Terraform, name: string): Promise<string> {
  const { stdout } = await terraform.run(["output", "-raw", name]);
  return stdout;
}
