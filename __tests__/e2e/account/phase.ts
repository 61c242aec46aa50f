import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import type { Checks } from "../checks.ts";
import { emulatorEnv, EMULATED_ACCOUNT, startMinistack, type Emulator } from "../ground/ministack.ts";
import { openTerraform } from "../ground/terraform.ts";
import { createCluster, createPlainRole, inspectRole, openEmulatedAws, roleNames } from "./aws.ts";
import { changeRolesByHand, checkDrift } from "./drift.ts";
import { BUCKET, expectedPolicy, ROLE_PATH, roleNameOf, type TestCluster } from "./expected-role.ts";
import { countTargets, deployedCodeSha256, fileSha256 } from "./invoke.ts";
import { assertPageShows } from "./plan-review.ts";
import { checkAssociated, checkLeft, POD_CLUSTER, POD_IDENTITY_VARIABLE } from "./pod-identity.ts";
import { checkClusterLists } from "./query-tables.ts";
import { synthesizeAccount } from "./synth.ts";
import { assertRole, CLUSTERS, type AccountUnderTest } from "./under-test.ts";
import { waitFor } from "./wait-for.ts";

const READER = "finops-reader";
const RULE = "nops-container-cost-scheduled-check";

const VARIABLES = [
  "-var=include_regions=us-east-1, eu-west-1",
  `-var=role_name=${READER}`,
  "-var=schedule_expression=rate(1 minute)",
  "-var=orphan_grace_hours=0",
  "-var=force_destroy=true",
  POD_IDENTITY_VARIABLE,
];

/** Applies the account stack to the AWS emulator, lives with it for some minutes, and destroys it. */
export async function accountPhases(checks: Checks, directory: string): Promise<void> {
  let emulator: Emulator | undefined;
  try {
    const account = await checks.phase("account: synth, start the AWS emulator, terraform init", async () => {
      const folder = await synthesizeAccount(directory, { allowDestroy: true });
      emulator = await startMinistack(directory, { enforce: false });
      return prepareAccount(checks, emulator, folder, join(directory, "terraform.log"));
    });
    if (!account) return;
    await checks.phase("account: plan, apply, and drift while it goes on", () => checkApply(checks, account));
    await checks.phase("account: applied", () => checkApplied(checks, account));
    await checks.phase("account: drift, repaired by the real Lambdas", () => checkDrift(checks, account));
    await checks.phase("account: a changed setting", () => checkSettingChange(checks, account));
    // The plans above were empty with these lists in the tables.
    await checkClusterLists(checks, account, "also after one is gone and Terraform changed the tables");
    await checks.phase("account: destroy", () => checkDestroy(checks, account));
  } finally {
    await emulator?.stop();
  }
}

async function prepareAccount(
  checks: Checks,
  emulator: Emulator,
  folder: string,
  log: string,
): Promise<AccountUnderTest> {
  const aws = openEmulatedAws(emulator.url);
  const issuers = new Map<TestCluster, string>();
  for (const cluster of [...CLUSTERS, POD_CLUSTER]) {
    issuers.set(cluster, await createCluster(aws, cluster.region, cluster.name));
  }
  await createPlainRole(aws, READER);
  const terraform = await openTerraform(folder, emulatorEnv(emulator.url, "us-east-1"), log);
  checks.note(`Terraform ${terraform.version}, emulated account ${EMULATED_ACCOUNT} at ${emulator.url}`);
  await terraform.run(["init", "-no-color"]);
  return { emulator, aws, terraform, folder, issuers };
}

async function checkApply(checks: Checks, account: AccountUnderTest): Promise<void> {
  const { terraform, aws, emulator } = account;
  await checks.check("the first plan is readable: every policy in it is shown in full", async () => {
    const { text } = await terraform.plan(["-out=first.tfplan", ...VARIABLES]);
    assert.match(text, /Plan: \d+ to add, 0 to change, 0 to destroy\./);
    for (const words of PLAN_SHOWS) assert.ok(text.includes(words), `the plan does not show ${words}`);
    const policies = text
      .split("\n  # ")
      .filter((block) => /^aws_(iam_\w*policy|s3_bucket_policy)\./.test(block));
    assert.equal(policies.length, 4);
    for (const block of policies) assert.doesNotMatch(block, /policy +=(?! jsonencode\()/);
    await assertPageShows(text);
  });
  const applied = terraform.run(["apply", "-no-color", "first.tfplan"]);
  // The provider watches the bucket's lifecycle rules for most of a minute until it believes them. The rule, which
  // fires a minute after it was made, has a target before that, and then the roles of the invocation are there.
  const armed = waitFor(async () => assert.ok((await countTargets(emulator.url, RULE)) > 0));
  await checks.check(
    "the invocation of the apply made one role for each cluster of both regions",
    async () => {
      await Promise.race([armed, applied]);
      assert.deepEqual(await roleNames(aws, ROLE_PATH), [...CLUSTERS, POD_CLUSTER].map(roleNameOf).sort());
    },
  );
  for (const cluster of CLUSTERS) {
    await checks.check(`role of "${cluster.name}" has the right path, trust, policy, boundary and tags`, () =>
      assertRole(account, cluster),
    );
  }
  await checkAssociated(checks, account);
  await changeRolesByHand(checks, account);
  await checks.check("apply succeeds", () => applied);
}

async function checkApplied(checks: Checks, account: AccountUnderTest): Promise<void> {
  const { terraform, aws, emulator, folder } = account;
  await checkClusterLists(checks, account, "by the apply");
  await checks.check("both Lambdas run the synthesized archive, byte for byte", async () => {
    const archive = archiveOf(folder);
    for (const name of ["role-creation", "role-management"]) {
      const deployed = await deployedCodeSha256(emulator.url, `nops-container-cost-agent-${name}`);
      assert.equal(deployed, fileSha256(archive));
    }
  });
  await checks.check("the reading role got the read policy", async () => {
    const { AttachedPolicies } = await aws.iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: READER }),
    );
    assert.deepEqual(
      AttachedPolicies?.map(({ PolicyName }) => PolicyName),
      ["nops-container-cost-read"],
    );
  });
  await checks.check("the outputs say what a caller needs", async () => {
    const { stdout } = await terraform.run(["output", "-json"]);
    const outputs = JSON.parse(stdout) as Record<string, { value: unknown }>;
    assert.equal(outputs["bucket_name"]?.value, BUCKET);
    assert.equal(outputs["agent_role_path"]?.value, ROLE_PATH);
    assert.match(String(outputs["s3_bucket_secure_url"]?.value), new RegExp(`^https://${BUCKET}[.]`));
  });
  await checks.check("the second plan is empty", async () => {
    const { text, changes } = await terraform.plan(VARIABLES);
    assert.equal(changes, false, text);
    assert.match(text, /No changes\./);
  });
}

const PLAN_SHOWS = [
  "DenyInsecureTransport",
  "DenyOldTls",
  "CreateBoundedRoles",
  "iam:PermissionsBoundary",
  `arn:aws:iam::${EMULATED_ACCOUNT}:role${ROLE_PATH}*`,
  "WriteThisBucket",
  "GetObjects",
  "BucketOwnerEnforced",
  "block_public_policy",
];

async function checkSettingChange(checks: Checks, account: AccountUnderTest): Promise<void> {
  const { terraform, aws } = account;
  const [kept] = CLUSTERS;
  const keyPrefix = "finance/containers";
  const variables = [...VARIABLES, `-var=key_prefix=${keyPrefix}`, "-var=pod_identity_clusters=[]"];
  await checks.check(
    "a changed setting updates the invocation in place: a replacement would delete the roles",
    async () => {
      const { text } = await terraform.plan(["-out=changed.tfplan", ...variables]);
      assert.match(text, /aws_lambda_invocation\.roles\[0\] will be updated in-place/);
      assert.match(text, /Plan: 0 to add, \d+ to change, 0 to destroy\./);
    },
  );
  await checks.check("applied, it reaches the role's policy, and the next plan is empty", async () => {
    await terraform.run(["apply", "-no-color", "changed.tfplan"]);
    const found = await inspectRole(aws, roleNameOf(kept));
    const policy = expectedPolicy(kept, keyPrefix);
    assert.deepEqual(found?.policies, { "container-insights-writer": policy });
    const { text, changes } = await terraform.plan(variables);
    assert.equal(changes, false, text);
  });
  await checkLeft(checks, account, keyPrefix);
}

async function checkDestroy(checks: Checks, { terraform, aws }: AccountUnderTest): Promise<void> {
  await checks.check("destroy succeeds", () =>
    terraform.run(["destroy", "-auto-approve", "-no-color", ...VARIABLES]),
  );
  await checks.check("destroy took the clusters' roles with it, and no role that is not ours", async () => {
    assert.deepEqual(await roleNames(aws, ROLE_PATH), ["somebody-elses"]);
    assert.ok(await inspectRole(aws, READER));
  });
  await checks.check("the bucket is gone", async () => {
    await assert.rejects(aws.s3.send(new HeadBucketCommand({ Bucket: BUCKET })), { name: "NotFound" });
  });
}

function archiveOf(folder: string): string {
  const files = readdirSync(join(folder, "assets"), { recursive: true, withFileTypes: true });
  const archive = files.find((entry) => entry.isFile() && entry.name.endsWith(".zip"));
  assert.ok(archive, "no archive was synthesized");
  return join(archive.parentPath, archive.name);
}
