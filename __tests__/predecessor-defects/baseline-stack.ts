import { expect } from "@jest/globals";
import { clusterRoleArn, DEFAULT_NAME_PREFIX } from "../../contract/names.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";
import { synthCluster } from "../stacks/cluster-synth.ts";
import { addressesOf, evaluatePolicy, NAMES } from "../support/account-json.ts";
import { cluster, PROD } from "../support/clusters.ts";
import { decide } from "../support/decide.ts";
import { withLambdas } from "./lambda-in-process.ts";
import type { Regression } from "./regression.ts";
import { block, executionPolicy, STACK } from "./stack.ts";

const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;

async function oneNameEverywhere(): Promise<void> {
  // One character more than the baseline's names have room for, EKS' longest name, and its twin.
  const named = [
    cluster("c".repeat(44), "us-east-1"),
    cluster("c".repeat(39), "ap-southeast-1"),
    cluster("c".repeat(100), "ap-southeast-1"),
    cluster("C".repeat(100), "ap-southeast-1"),
  ];
  const account = new FakeAccount();
  for (const { region, name } of named) account.addCluster(region, name);
  await account.reconcile({ regions: ["us-east-1", "ap-southeast-1"] });
  expect(account.iam.roles.size).toBe(named.length);
  for (const { arn } of named) {
    // The chart of the cluster asks for the role that the reconciler made.
    const roleArn = synthCluster({ clusterArn: arn }).output["role_arn"]?.value ?? "";
    const { name, path } = account.iam.role(roleArn.slice(roleArn.lastIndexOf("/") + 1));
    expect(roleArn).toBe(`arn:aws:iam::${ACCOUNT}:role${path}${name}`);
    expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
  }
}

async function noPrivilegeEscalation(): Promise<void> {
  const identityPolicy = executionPolicy();
  const tags = {
    "container-insights:managed-by": "role-reconciler",
    "container-insights:deployment": NAMES.bucket,
  };
  const tagged = (kind: string) =>
    Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:${kind}/${tag}`, value]));
  const boundary = { "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/${NAMES.boundary}` };
  const ours = clusterRoleArn(DEFAULT_NAME_PREFIX, PROD);
  const administrator = `arn:aws:iam::${ACCOUNT}:role/administrator`;
  const can = (action: string, resource: string, context: Record<string, string | string[]>) =>
    decide({ identityPolicy, action, resource, context });

  const create = { ...tagged("RequestTag"), "aws:TagKeys": Object.keys(tags) };
  expect(await can("iam:CreateRole", ours, { ...create, ...boundary })).toBe("Allowed");
  expect(await can("iam:CreateRole", ours, create)).toBe("ImplicitlyDenied");
  expect(await can("iam:CreateRole", administrator, { ...create, ...boundary })).toBe("ImplicitlyDenied");
  const owned = { ...tagged("ResourceTag"), ...boundary };
  for (const action of ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"]) {
    const context = action === "iam:DeleteRole" ? tagged("ResourceTag") : owned;
    expect(await can(action, ours, context)).toBe("Allowed");
    expect(await can(action, administrator, context)).toBe("ImplicitlyDenied");
  }
  expect(await can("iam:AttachRolePolicy", ours, {})).toBe("ImplicitlyDenied");
}

async function nothingOfOthersDetached(): Promise<void> {
  const types = [...Object.keys(STACK.resource), ...Object.keys(synthCluster().resource)];
  expect(types).toContain("aws_iam_role_policy_attachment");
  expect(types).not.toContain("aws_iam_policy_attachment");
  const attachments = addressesOf(STACK).filter((one) => one.startsWith("aws_iam_role_policy_attachment."));
  const attached = attachments.map((address) => block(address)["policy_arn"]);
  expect(attached).toEqual(["${aws_iam_policy.read.arn}"]);
  // What is exclusive is so on this stack's own role.
  for (const type of ["aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive"]) {
    expect(block(`${type}.lambda`)["role_name"]).toBe("${aws_iam_role.lambda[0].name}");
  }
  // What the managed policy was attached for.
  const stream = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${NAMES.managementFunction}:log-stream:x`;
  const log = { identityPolicy: executionPolicy(), action: "logs:PutLogEvents", resource: stream };
  expect(await decide(log)).toBe("Allowed");
}

async function failuresAndDestroy(): Promise<void> {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  account.eks("us-east-1").failure = new FakeAwsError("AccessDeniedException", "not you", 403);
  await withLambdas(account, {}, async ({ apply, scheduled, lines }) => {
    await expect(scheduled()).rejects.toThrow('ended as "partial": Region us-east-1 could not be listed');
    expect(lines.at(-1)).toMatchObject({ RegionsFailed: 1, Deployment: deployment().bucket });
    expect(account.iam.roles.size).toBe(1);
    expect(await apply("delete")).toMatchObject({ status: "ok", counts: { delete: 1 } });
    expect(account.iam.roles.size).toBe(0);
  });
  const dimensions = { FunctionName: block("aws_lambda_function.role_management")["function_name"] };
  const errors = { namespace: "AWS/Lambda", metric_name: "Errors", dimensions };
  expect(block("aws_cloudwatch_metric_alarm.role_management_errors")).toMatchObject(errors);
  expect(block("aws_cloudwatch_metric_alarm.regions_failed")).toMatchObject({ metric_name: "RegionsFailed" });
  expect(block("aws_lambda_invocation.roles")).toMatchObject({ lifecycle_scope: "CRUD" });
}

async function protectedBucket(): Promise<void> {
  const bucket = "${aws_s3_bucket.data.id}";
  const open = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
  const blocked = Object.fromEntries(open.map((one) => [one, true]));
  expect(block("aws_s3_bucket_public_access_block.data")).toMatchObject({ bucket, ...blocked });
  const rule = { object_ownership: "BucketOwnerEnforced" };
  expect(block("aws_s3_bucket_ownership_controls.data")).toMatchObject({ bucket, rule });
  const versioning_configuration = { status: "Enabled" };
  expect(block("aws_s3_bucket_versioning.data")).toMatchObject({ bucket, versioning_configuration });
  const lifecycle = block("aws_s3_bucket_lifecycle_configuration.data");
  expect(lifecycle).toMatchObject({ bucket, rule: [{ status: "Enabled" }] });

  const access = {
    action: "s3:GetObject",
    resource: `${BUCKET}/x.parquet`,
    identityPolicy: evaluatePolicy(STACK, block("aws_iam_policy.read")["policy"]),
    resourcePolicy: evaluatePolicy(STACK, block("aws_s3_bucket_policy.data")["policy"]),
  };
  const over = (secure: string) =>
    decide({ ...access, context: { "aws:SecureTransport": secure, "s3:TlsVersion": "1.3" } });
  expect(await over("true")).toBe("Allowed");
  expect(await over("false")).toBe("ExplicitlyDenied");
}

/** What the baseline's Terraform did wrong, and what only shows where Terraform and the Lambdas meet. */
export const BASELINE_STACK: readonly Regression[] = [
  {
    list: "baseline",
    item: 9,
    theirs: "has no room for cluster names longer than 43 characters, or 38 in longer regions",
    ours: "makes a role for every name of a cluster, and the cluster's chart asks for that role",
    holds: oneNameEverywhere,
  },
  {
    list: "baseline",
    item: 11,
    theirs: "lets its Lambda make and change any role of the account",
    ours: "lets the Lambdas make bounded and tagged roles below their path, change those only, and attach nothing",
    holds: noPrivilegeEscalation,
  },
  {
    list: "baseline",
    item: 12,
    theirs: "attaches a managed policy exclusively, and so detaches it from every other role",
    ours: "attaches nothing of AWS's, and logs by its own inline policy",
    holds: nothingOfOthersDetached,
  },
  {
    list: "baseline",
    item: 13,
    theirs: "prints errors and succeeds, and leaves its roles behind after a destroy",
    ours: "fails and counts where alarms look, and takes its roles away on destroy",
    holds: failuresAndDestroy,
  },
  {
    list: "baseline",
    item: 14,
    theirs:
      "leaves the bucket without public access block, ownership, versions, lifecycle and a denial of plain HTTP",
    ours: "has a public access block, ownership, versions, a lifecycle and a denial of plain HTTP on the data bucket",
    holds: protectedBucket,
  },
];
