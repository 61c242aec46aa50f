import { describe, expect, test } from "@jest/globals";
import { DATASETS } from "../../contract/datasets/index.ts";
import { queryTableName } from "../../contract/query-tables.ts";
import { clusterEventPattern } from "../../contract/cluster-events.ts";
import { readSettings } from "../../lambda-src/env.ts";
import { KEPT_ON_DESTROY } from "../../lambda-src/reconcile/plan.ts";
import { dependenciesOf, NAMES, resourceOf, synthesizeAccount, type Block } from "../support/account-json.ts";
import { ACCOUNT } from "../support/decide.ts";

const json = synthesizeAccount();
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/${NAMES.boundary}`;
const SETTINGS = json.locals["reconciler_settings"] as Readonly<Record<string, string>>;
const resource = (address: string): Block => resourceOf(json, address);

describe("the Lambdas", () => {
  const functions = ["role_creation", "role_management"] as const;

  test.each(functions)("%s runs its own entry of the one archive", (id) => {
    expect(resource(`aws_lambda_function.${id}`)).toMatchObject({
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: `${id.replace("_", "-")}.handler`,
      filename: "${path.module}/assets/role-reconciler/abababababababab/role-reconciler.zip",
      source_code_hash: Buffer.alloc(32, 0xab).toString("base64"),
      timeout: id === "role_creation" ? 300 : 900,
      memory_size: 512,
    });
  });

  test.each(functions)("%s gets settings that its code can read", (id) => {
    expect(resource(`aws_lambda_function.${id}`)["environment"]).toEqual({
      variables: "${local.reconciler_settings}",
    });
    const defaults = (name: string): string => String(json.variable[name]?.["default"]);
    const evaluated = Object.entries(SETTINGS).map(([name, value]): [string, string] => [
      name,
      value
        .replace("${local.bucket_name}", NAMES.bucket)
        .replace("${local.role_boundary_arn}", BOUNDARY)
        .replace(/\$\{local\.use_kms \? [\w.]+ : ""\}/, "")
        .replace(/\$\{var\.create_query_tables \? "([\w,]+)" : ""\}/, "$1")
        .replace(/\$\{join\(",", [\w.]+\)\}/, "")
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
      clusterInclude: [],
      clusterExclude: [],
      podIdentityClusters: [],
      queryTables: DATASETS.map(queryTableName),
    });
  });

  test.each(functions)("%s hands on what it could not do, and may be limited in concurrency", (id) => {
    expect(resource(`aws_lambda_function.${id}`)).toMatchObject({
      dead_letter_config: { target_arn: "${aws_sqs_queue.dead_letters[0].arn}" },
      reserved_concurrent_executions: "${var.reserved_concurrency}",
    });
    // Lambda refuses the queue unless the role may send to it already.
    expect(dependenciesOf(json, `aws_lambda_function.${id}`)).toContain("aws_iam_role_policy.lambda");
  });

  test.each(functions)("%s logs to a group that has a retention and was there first", (id) => {
    expect(resource(`aws_cloudwatch_log_group.${id}`)).toMatchObject({
      name: `/aws/lambda/${String(resource(`aws_lambda_function.${id}`)["function_name"])}`,
      retention_in_days: "${var.log_retention_days}",
    });
    expect(dependenciesOf(json, `aws_lambda_function.${id}`)).toContain(`aws_cloudwatch_log_group.${id}`);
  });
});

describe("the invocation", () => {
  const invocation = resource("aws_lambda_invocation.roles");

  test("and the boundary have the addresses that a refused destroy names, and go in that order", () => {
    const command = /`?(terraform state rm( '[^']+')+)/;
    const [, named = ""] = command.exec(KEPT_ON_DESTROY) ?? [];
    const addresses = [...named.matchAll(/'([^']+)\[0\]'/g)].map(([, address = ""]) => address);
    expect(addresses).toEqual(["aws_lambda_invocation.roles", "aws_iam_policy.boundary"]);
    for (const address of addresses) expect(resource(address)["count"]).toContain("? 1 : 0");
    expect(json.variable["delete_roles_on_destroy"]?.["description"]).toContain(named);
    expect(dependenciesOf(json, "aws_lambda_invocation.roles")).toContain("aws_iam_policy.boundary");
  });

  test("is an update whenever code or a setting changes, never a replacement", () => {
    expect(invocation["lifecycle_scope"]).toBe("CRUD");
    expect(invocation["triggers"]).toBeUndefined();
    expect(invocation["input"]).toBe(
      `\${jsonencode({ code_sha256 = "${Buffer.alloc(32, 0xab).toString("base64")}", settings = local.reconciler_settings })}`,
    );
  });

  test("on destroy finds everything in place that its Lambda needs", () => {
    const outlive = dependenciesOf(json, "aws_lambda_invocation.roles");
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
    expect(dependenciesOf(json, "aws_cloudwatch_event_target.scheduled_check")).toContain(
      "aws_lambda_invocation.roles",
    );
  });
});

describe("the schedule", () => {
  test("calls role management, and only this rule may", () => {
    expect(resource("aws_cloudwatch_event_rule.scheduled_check")).toMatchObject({
      schedule_expression: "${var.schedule_expression}",
    });
    expect(resource("aws_cloudwatch_event_target.scheduled_check")).toMatchObject({
      arn: "${aws_lambda_function.role_management[0].arn}",
      retry_policy: { maximum_event_age_in_seconds: 3600, maximum_retry_attempts: 20 },
      dead_letter_config: { arn: "${aws_sqs_queue.dead_letters[0].arn}" },
    });
    expect(resource("aws_lambda_permission.scheduled_check")).toMatchObject({
      principal: "events.amazonaws.com",
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.role_management[0].function_name}",
      source_arn: "${aws_cloudwatch_event_rule.scheduled_check[0].arn}",
    });
  });
});

describe("the rule for what happens to clusters", () => {
  const KINDS = ["rule", "target"].map((kind) => `aws_cloudwatch_event_${kind}`);

  test.each([...KINDS, "aws_lambda_permission"])("%s is there only where the account wants it", (type) => {
    expect(json.variable["cluster_events"]?.["default"]).toBe(false);
    expect(json.locals["follow_cluster_events"]).toBe("${local.manage_roles ? var.cluster_events : false}");
    expect(resource(`${type}.cluster_events`)["count"]).toBe("${local.follow_cluster_events ? 1 : 0}");
  });

  test("matches the account's own events by the contract's pattern", () => {
    const rule = resource("aws_cloudwatch_event_rule.cluster_events");
    expect(rule["event_pattern"]).toBe("${jsonencode(local.cluster_events_pattern)}");
    expect(rule).not.toHaveProperty("schedule_expression");
    expect(json.locals["cluster_events_pattern"]).toEqual(
      clusterEventPattern("${data.aws_caller_identity.current.account_id}"),
    );
  });

  test("calls role management as the schedule does, and only this rule may", () => {
    const as = (type: string, id: string): Block => resource(`${type}.${id}`);
    for (const type of [...KINDS.slice(1), "aws_lambda_permission"]) {
      const scheduled = JSON.stringify(as(type, "scheduled_check"))
        .replaceAll("scheduled_check", "cluster_events")
        .replaceAll("ScheduledCheck", "ClusterEvents")
        .replaceAll("local.manage_roles", "local.follow_cluster_events");
      expect(as(type, "cluster_events")).toEqual(JSON.parse(scheduled));
    }
  });

  test("is gone before the roles are, when the stack is destroyed", () => {
    expect(dependenciesOf(json, "aws_cloudwatch_event_target.cluster_events")).toContain(
      "aws_lambda_invocation.roles",
    );
  });
});

test("the execution role carries the boundary that the account asks for, and none by default", () => {
  expect(resource("aws_iam_role.lambda")["permissions_boundary"]).toBe(
    '${var.permissions_boundary_arn == "" ? null : var.permissions_boundary_arn}',
  );
});

describe("the boundary of the clusters' roles", () => {
  const own =
    "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}";

  test("is this stack's own, unless the account gives one: then that one", () => {
    expect(json.locals["role_boundary_arn"]).toBe(
      `\${local.use_cluster_role_boundary ? var.cluster_role_boundary_arn : "${own}:policy/\${var.name_prefix}-boundary"}`,
    );
  });

  test("stays where the account gives another: roles that a run leaves alone still carry it", () => {
    expect(resource("aws_iam_policy.boundary")["count"]).toBe("${local.manage_roles ? 1 : 0}");
  });

  test("is the same for the Lambdas' code, their policy, and whoever asks", () => {
    const text = JSON.stringify(json.locals["lambda_policy"]);
    expect(text.match(/"iam:PermissionsBoundary":\["\$\{local\.role_boundary_arn\}"\]/g)).toHaveLength(3);
    expect(json.output["role_boundary_arn"]?.["value"]).toBe(
      "${local.manage_roles ? local.role_boundary_arn : null}",
    );
  });
});

test("dead letters are encrypted, and kept for as long as SQS keeps any", () => {
  expect(resource("aws_sqs_queue.dead_letters")).toMatchObject({
    name: "${var.name_prefix}-dead-letters",
    sqs_managed_sse_enabled: true,
    message_retention_seconds: 1_209_600,
  });
});
