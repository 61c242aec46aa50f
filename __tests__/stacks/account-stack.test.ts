import { describe, expect, test } from "@jest/globals";
import {
  boundaryPolicy,
  bucketPolicy,
  lambdaPolicy,
  readerPolicy,
  userPolicy,
} from "../../contract/policies.ts";
import { readSettings } from "../../lambda-src/env.ts";
import { evaluatePolicy, NAMES, synthesizeAccount, type Block } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";
import { golden } from "../support/golden.ts";

const json = synthesizeAccount();
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/${NAMES.boundary}`;

function resource(address: string): Block {
  const [type = "", id = ""] = address.split(".");
  const block = json.resource[type]?.[id];
  if (!block) throw new Error(`"${address}" is not in the stack`);
  return block;
}

const addresses = Object.entries(json.resource).flatMap(([type, blocks]) =>
  Object.keys(blocks).map((id) => `${type}.${id}`),
);

/** Everything that `address` waits for, directly or not: what Terraform destroys only after it. */
function dependencies(address: string, found = new Set<string>()): Set<string> {
  const text = JSON.stringify(resource(address));
  for (const other of addresses) {
    if (other === address || found.has(other)) continue;
    if (!new RegExp(`\\b${other.replace(".", "\\.")}\\b`).test(text)) continue;
    found.add(other);
    dependencies(other, found);
  }
  return found;
}

test("the synthesized stack is the reviewed one", () => {
  const actual = `${JSON.stringify(json, null, 2)}\n`;
  expect(actual).toBe(golden("account-stack.json", actual));
});

describe("the stack", () => {
  test("has its resources under ids that are a contract", () => {
    expect(addresses.sort()).toEqual([
      "aws_cloudwatch_event_rule.scheduled_check",
      "aws_cloudwatch_event_target.scheduled_check",
      "aws_cloudwatch_log_group.role_creation",
      "aws_cloudwatch_log_group.role_management",
      "aws_iam_policy.boundary",
      "aws_iam_policy.read",
      "aws_iam_role.lambda",
      "aws_iam_role_policy.lambda",
      "aws_iam_role_policy_attachment.read",
      "aws_iam_user.agent",
      "aws_iam_user_policy.agent",
      "aws_lambda_function.role_creation",
      "aws_lambda_function.role_management",
      "aws_lambda_invocation.roles",
      "aws_lambda_permission.scheduled_check",
      "aws_s3_bucket.data",
      "aws_s3_bucket_lifecycle_configuration.data",
      "aws_s3_bucket_ownership_controls.data",
      "aws_s3_bucket_policy.data",
      "aws_s3_bucket_public_access_block.data",
      "aws_s3_bucket_server_side_encryption_configuration.data",
      "aws_s3_bucket_versioning.data",
    ]);
  });

  test("accepts a range of provider versions, not the bindings' one", () => {
    expect(json.terraform).toEqual({
      required_version: ">= 1.10",
      required_providers: { aws: { source: "hashicorp/aws", version: ">= 5.83, < 7.0" } },
      backend: { local: { path: "../../../terraform-state/account.tfstate" } },
    });
  });

  test("names no account, region or machine", () => {
    const text = JSON.stringify(json);
    expect(text).not.toMatch(/\d{12}/);
    expect(text).not.toMatch(/arn:aws[:-]/);
    expect(text).not.toMatch(/"\/(tmp|home|root|work|Users)\//);
    expect(json.provider).toEqual({ aws: [{}] });
  });

  test("takes a region from the configuration", () => {
    expect(synthesizeAccount({ region: "eu-west-1" }).provider).toEqual({ aws: [{ region: "eu-west-1" }] });
  });

  test("keeps its state in S3 under a lock, where it is told to", () => {
    const backend = { kind: "s3", bucket: "states", region: "eu-west-1", statePrefix: "insights" } as const;
    expect(synthesizeAccount({ backend }).terraform["backend"]).toEqual({
      s3: {
        bucket: "states",
        region: "eu-west-1",
        key: "insights/account.tfstate",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  test("attaches no policy that AWS manages", () => {
    expect(JSON.stringify(json)).not.toContain(":aws:policy/");
    expect(addresses.filter((address) => address.includes("attachment"))).toEqual([
      "aws_iam_role_policy_attachment.read",
    ]);
  });
});

describe("the bucket", () => {
  test("is private, encrypted, versioned, and owned by the account", () => {
    expect(resource("aws_s3_bucket_public_access_block.data")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(resource("aws_s3_bucket_ownership_controls.data")).toMatchObject({
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
    expect(resource("aws_s3_bucket_versioning.data")).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    expect(resource("aws_s3_bucket_server_side_encryption_configuration.data")).toMatchObject({
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
  });

  test("gets its controls one after the other", () => {
    expect(resource("aws_s3_bucket_policy.data")["depends_on"]).toEqual([
      "aws_s3_bucket_public_access_block.data",
    ]);
    expect(resource("aws_s3_bucket_ownership_controls.data")["depends_on"]).toEqual([
      "aws_s3_bucket_policy.data",
    ]);
  });

  test("ends uploads that were never finished, and old versions", () => {
    const rules = resource("aws_s3_bucket_lifecycle_configuration.data")["rule"] as Block[];
    expect(rules.map((rule) => rule["status"])).toEqual(["Enabled", "Enabled"]);
    expect(rules[0]).toMatchObject({ abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] });
    expect(rules[1]).toMatchObject({ noncurrent_version_expiration: [{ noncurrent_days: 30 }] });
    expect(JSON.stringify(rules)).not.toContain('"expiration"');
  });

  const ofBucket = addresses.filter((address) => address.startsWith("aws_s3_bucket"));

  test("and its controls cannot be destroyed, unless the configuration allows it", () => {
    for (const address of ofBucket) expect(resource(address)["lifecycle"]).toEqual({ prevent_destroy: true });
    expect(JSON.stringify(synthesizeAccount({ allowDestroy: true }))).not.toContain("prevent_destroy");
  });
});

describe("policies", () => {
  test.each([
    ["aws_s3_bucket_policy.data", bucketPolicy(BUCKET)],
    ["aws_iam_policy.read", readerPolicy(BUCKET)],
    ["aws_iam_policy.boundary", boundaryPolicy(BUCKET)],
    ["aws_iam_user_policy.agent", userPolicy(BUCKET)],
    [
      "aws_iam_role_policy.lambda",
      lambdaPolicy({
        partition: "aws",
        account: ACCOUNT,
        bucketName: NAMES.bucket,
        bucketArn: BUCKET,
        rolePath: NAMES.rolePath,
        boundaryArn: BOUNDARY,
        logGroupArns: [NAMES.creationFunction, NAMES.managementFunction].map(
          (name) => `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/${name}`,
        ),
      }),
    ],
  ])("%s is the contract's, and known in full at the first plan", (address, policy) => {
    expect(evaluatePolicy(resource(address)["policy"])).toEqual(policy);
  });

  test("only Lambda can become the execution role", () => {
    const trust = evaluatePolicy(resource("aws_iam_role.lambda")["assume_role_policy"]);
    expect(trust.Statement.map(({ Principal, Action }) => [Principal, Action])).toEqual([
      [{ Service: "lambda.amazonaws.com" }, ["sts:AssumeRole"]],
    ]);
  });
});

describe("conditions", () => {
  const withCount = (count: string): string[] =>
    addresses.filter((address) => resource(address)["count"] === count).sort();

  test("create_iam_user makes the user, and nothing that makes roles", () => {
    expect(withCount("${var.create_iam_user ? 1 : 0}")).toEqual([
      "aws_iam_user.agent",
      "aws_iam_user_policy.agent",
    ]);
    expect(withCount("${!var.create_iam_user ? 1 : 0}")).toEqual([
      "aws_cloudwatch_event_rule.scheduled_check",
      "aws_cloudwatch_event_target.scheduled_check",
      "aws_cloudwatch_log_group.role_creation",
      "aws_cloudwatch_log_group.role_management",
      "aws_iam_policy.boundary",
      "aws_iam_role.lambda",
      "aws_iam_role_policy.lambda",
      "aws_lambda_function.role_creation",
      "aws_lambda_function.role_management",
      "aws_lambda_invocation.roles",
      "aws_lambda_permission.scheduled_check",
    ]);
  });

  test("whether the read policy is attached never depends on a name that is not known yet", () => {
    expect(resource("aws_iam_role_policy_attachment.read")["count"]).toBe(
      '${(var.attach_read_policy == null ? var.role_name != "" : var.attach_read_policy) ? 1 : 0}',
    );
  });

  test("a resource that may be absent is read by index only, and an output of it may be null", () => {
    const counted = addresses.filter((address) => resource(address)["count"] !== undefined);
    const references = JSON.stringify({ resource: json.resource, output: json.output });
    for (const address of counted) {
      const uses =
        references.match(new RegExp(`\\$\\{[^}]*${address.replace(".", "\\.")}[^}]*\\}`, "g")) ?? [];
      for (const use of uses) expect(use).toMatch(/\[0\]\.|^\$\{one\(.*\[\*\]\./);
    }
  });
});

describe("the Lambdas", () => {
  const functions = ["role_creation", "role_management"] as const;

  test.each(functions)("%s runs its own entry of the one archive", (id) => {
    expect(resource(`aws_lambda_function.${id}`)).toMatchObject({
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: `${id.replace("_", "-")}.handler`,
      filename: "${path.module}/assets/role-reconciler/abababababababab/role-reconciler.zip",
      source_code_hash: Buffer.alloc(32, 0xab).toString("base64"),
      timeout: 300,
      memory_size: 256,
    });
  });

  test.each(functions)("%s gets settings that its code can read", (id) => {
    const { variables } = resource(`aws_lambda_function.${id}`)["environment"] as {
      variables: Record<string, string>;
    };
    const defaults = (name: string): string => String(json.variable[name]?.["default"]);
    const evaluated = Object.entries(variables).map(([name, value]): [string, string] => [
      name,
      value
        .replace("${data.aws_partition.current.partition}", "aws")
        .replace("${data.aws_caller_identity.current.account_id}", ACCOUNT)
        .replace(/\$\{var\.(\w+)\}/g, (_, variable: string) => defaults(variable)),
    ]);
    expect(readSettings({ ...Object.fromEntries(evaluated), AWS_REGION: "eu-west-1" })).toEqual({
      bucket: NAMES.bucket,
      namePrefix: "nops-container-cost",
      keyPrefix: "container-insights",
      regions: ["eu-west-1"],
      boundaryArn: BOUNDARY,
      orphanGraceHours: 24,
      maxDeletesPerRun: 10,
      deleteRolesOnDestroy: true,
    });
  });

  test.each(functions)("%s logs to a group that has a retention and was there first", (id) => {
    expect(resource(`aws_cloudwatch_log_group.${id}`)).toMatchObject({
      name: `/aws/lambda/${String(resource(`aws_lambda_function.${id}`)["function_name"])}`,
      retention_in_days: "${var.log_retention_days}",
    });
    expect(dependencies(`aws_lambda_function.${id}`)).toContain(`aws_cloudwatch_log_group.${id}`);
  });
});

describe("the invocation", () => {
  const invocation = resource("aws_lambda_invocation.roles");

  test("is an update whenever code or a setting changes, never a replacement", () => {
    expect(invocation["lifecycle_scope"]).toBe("CRUD");
    expect(invocation["triggers"]).toBeUndefined();
    const input = String(invocation["input"]);
    expect(input).toContain(Buffer.alloc(32, 0xab).toString("base64"));
    const settings = resource("aws_lambda_function.role_creation")["environment"] as {
      variables: Record<string, string>;
    };
    for (const name of Object.keys(settings.variables)) expect(input).toContain(`"${name}"`);
  });

  test("on destroy finds everything in place that its Lambda needs", () => {
    const outlive = dependencies("aws_lambda_invocation.roles");
    for (const needed of [
      "aws_lambda_function.role_creation",
      "aws_iam_role.lambda",
      "aws_iam_role_policy.lambda",
      "aws_iam_policy.boundary",
      "aws_cloudwatch_log_group.role_creation",
      "aws_s3_bucket.data",
      "aws_s3_bucket_policy.data",
      "aws_s3_bucket_public_access_block.data",
    ]) {
      expect(outlive).toContain(needed);
    }
  });

  test("on destroy comes after the clock has stopped", () => {
    expect(dependencies("aws_cloudwatch_event_target.scheduled_check")).toContain(
      "aws_lambda_invocation.roles",
    );
  });
});

describe("the schedule", () => {
  test("calls role management, and only this rule may", () => {
    expect(resource("aws_cloudwatch_event_rule.scheduled_check")).toMatchObject({
      schedule_expression: "${var.schedule_expression}",
    });
    expect(resource("aws_cloudwatch_event_target.scheduled_check")["arn"]).toBe(
      "${aws_lambda_function.role_management[0].arn}",
    );
    expect(resource("aws_lambda_permission.scheduled_check")).toMatchObject({
      principal: "events.amazonaws.com",
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.role_management[0].function_name}",
      source_arn: "${aws_cloudwatch_event_rule.scheduled_check[0].arn}",
    });
  });
});

test("every resource that can carry tags carries the account's", () => {
  const untaggable =
    /^aws_(s3_bucket_|iam_(role|user)_policy|cloudwatch_event_target|lambda_(invocation|permission))/;
  for (const address of addresses.filter((each) => !untaggable.test(each))) {
    expect([address, resource(address)["tags"]]).toEqual([address, "${var.tags}"]);
  }
});

test("the outputs are those that the seed's stack and the guides name", () => {
  expect(Object.keys(json.output)).toEqual([
    "agent_role_path",
    "bucket_name",
    "iam_user_name",
    "read_policy_arn",
    "role_creation_function_name",
    "role_management_function_name",
    "s3_bucket_secure_url",
  ]);
  for (const output of Object.values(json.output)) expect(output["description"]).toBeTruthy();
});
