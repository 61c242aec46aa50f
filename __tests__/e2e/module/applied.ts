import assert from "node:assert/strict";
import { GetBucketLocationCommand } from "@aws-sdk/client-s3";
import { roleNames, type EmulatedAws } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT, type Emulator } from "../ground/ministack.ts";
import { getGlueTable } from "./glue.ts";
import { openCaller, writeOverride, type Caller } from "./callers.ts";
import { checkChange, GRACE_OF_ONE, TAGS_OF_ONE } from "./changes.ts";
import { checkImport, type Call } from "./imports.ts";

/** What the flows of this part share: one emulated account with a cluster, and the module in two builds. */
export interface Ground {
  readonly emulator: Emulator;
  readonly aws: EmulatedAws;
  /** Of the module as it is by default. */
  readonly estate: string;
  /** Of the module built with `allowDestroy`. */
  readonly destroyable: string;
}

/** Name and region of the cluster that the emulated account has. */
export const CLUSTER = { name: "prod", region: "eu-west-1" } as const;

/** A test's buckets hold the reconciler's last report, versions included. */
function forced(module: string): string {
  return `module "${module}" {\n  force_destroy = true\n}\n`;
}

/** `for_each` over two prefixes, for real. */
export async function checkTwoPrefixes(checks: Checks, ground: Ground): Promise<void> {
  const caller = await openCaller(
    ground.destroyable,
    "two-prefixes",
    ground.emulator,
    forced("container_insights"),
  );
  const prefixes = ["insights-finance", "insights-platform"];
  const roles = async (): Promise<string[]> =>
    (await Promise.all(prefixes.map((prefix) => roleNames(ground.aws, `/${prefix}/`)))).flat();
  await checkApply(checks, "two-prefixes", caller);
  await checks.check("two-prefixes: each deployment made its own role for the one cluster", async () => {
    const expected = prefixes.map((prefix) => `${prefix}-${CLUSTER.name}_${CLUSTER.region}`);
    assert.deepEqual(await roles(), expected);
  });
  await checks.check("two-prefixes: each has tables that look below its own bucket", async () => {
    for (const prefix of prefixes) {
      const database = prefix.replace("-", "_");
      const table = await getGlueTable(ground.emulator.url, CLUSTER.region, database, "allocation_v1");
      assert.equal(
        table.Parameters["storage.location.template"],
        `s3://${prefix}-${EMULATED_ACCOUNT}/container-insights/cluster=\${cluster}/dataset=allocation/v=1/date=\${date}/`,
      );
      assert.equal(table.StorageDescriptor.Columns[0]?.Name, "hour_start");
    }
  });
  await checkEmptyPlan(checks, "two-prefixes", caller);
  const calls = prefixes.map((prefix): Call => {
    return { module: `module.container_insights["${prefix}"]`, prefix, region: CLUSTER.region };
  });
  await checkImport(checks, "two-prefixes", caller, calls);
  await checkChange(checks, "two-prefixes", caller, GRACE_OF_ONE);
  await checkDestroy(checks, "two-prefixes", caller);
  await checks.check("two-prefixes: the roles are gone", async () => assert.deepEqual(await roles(), []));
}

/** Two blocks with a provider each, for real. */
export async function checkTwoRegions(checks: Checks, ground: Ground): Promise<void> {
  const override = forced("ireland") + forced("virginia");
  const caller = await openCaller(ground.destroyable, "two-regions", ground.emulator, override);
  await checkApply(checks, "two-regions", caller);
  await checks.check("two-regions: each bucket is in its region", async () => {
    const regions = { "insights-ireland": "eu-west-1", "insights-virginia": "us-east-1" };
    for (const [prefix, region] of Object.entries(regions)) {
      const bucket = new GetBucketLocationCommand({ Bucket: `${prefix}-${EMULATED_ACCOUNT}` });
      const { LocationConstraint } = await ground.aws.s3.send(bucket);
      // S3 has no name for its first region.
      assert.equal(LocationConstraint || "us-east-1", region);
    }
  });
  await checks.check("two-regions: only the one beside the cluster made a role", async () => {
    const role = `insights-ireland-${CLUSTER.name}_${CLUSTER.region}`;
    assert.deepEqual(await roleNames(ground.aws, "/insights-ireland/"), [role]);
    assert.deepEqual(await roleNames(ground.aws, "/insights-virginia/"), []);
  });
  await checkEmptyPlan(checks, "two-regions", caller);
  await checkImport(checks, "two-regions", caller, [
    { module: "module.ireland", prefix: "insights-ireland", region: "eu-west-1" },
    { module: "module.virginia", prefix: "insights-virginia", region: "us-east-1" },
  ]);
  await checkChange(checks, "two-regions", caller, TAGS_OF_ONE);
  await checkDestroy(checks, "two-regions", caller);
}

/** `depends_on` and `count`, for real: the dependency changes, then the deployment is switched off. */
export async function checkDependsOn(checks: Checks, ground: Ground): Promise<void> {
  const caller = await openCaller(
    ground.destroyable,
    "depends-on",
    ground.emulator,
    forced("container_insights"),
  );
  await checkApply(checks, "depends-on", caller);
  await checkEmptyPlan(checks, "depends-on", caller);
  const changed = ["-var", 'tags={team="finops"}'];
  await checks.check("depends-on: when the dependency changes, nothing is replaced", async () => {
    const { text } = await caller.terraform.plan(changed);
    assert.match(text, /aws_iam_openid_connect_provider\.prod will be updated in-place/);
    assert.match(text, /Plan: 0 to add, \d+ to change, 0 to destroy\./);
  });
  await checks.check("depends-on: without a bucket_name that plan would replace the bucket", async () => {
    const unnamed = 'module "container_insights" {\n  bucket_name   = ""\n  force_destroy = true\n}\n';
    await writeOverride(caller, unnamed);
    const { text } = await caller.terraform.plan(changed);
    assert.match(text, /aws_s3_bucket\.data must be replaced/);
    await writeOverride(caller, forced("container_insights"));
  });
  await checks.check("depends-on: count = 0 destroys the deployment", async () => {
    await caller.terraform.run(["apply", "-auto-approve", "-no-color", "-var", "enabled=false"]);
    const { stdout } = await caller.terraform.run(["state", "list"]);
    assert.doesNotMatch(stdout, /module\./);
  });
}

/** Applies an example that has to make something, and waits for it. */
export async function checkApply(checks: Checks, example: string, { terraform }: Caller): Promise<void> {
  await checks.check(`${example}: the plan only adds, and apply does it`, async () => {
    const { text } = await terraform.plan(["-out=first.tfplan"]);
    assert.match(text, /Plan: \d+ to add, 0 to change, 0 to destroy\./);
    await terraform.run(["apply", "-no-color", "first.tfplan"]);
  });
}

export async function checkEmptyPlan(checks: Checks, example: string, { terraform }: Caller): Promise<void> {
  await checks.check(`${example}: the second plan is empty`, async () => {
    const { text, changes } = await terraform.plan([]);
    assert.equal(changes, false, text);
  });
}

async function checkDestroy(checks: Checks, example: string, { terraform }: Caller): Promise<void> {
  await checks.check(`${example}: destroy leaves nothing`, async () => {
    await terraform.run(["destroy", "-auto-approve", "-no-color"]);
    assert.equal((await terraform.run(["state", "list"])).stdout, "");
  });
}
