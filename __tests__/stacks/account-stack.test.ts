import { describe, expect, test } from "@jest/globals";
import { BackendConfig } from "../../stacks/synth-config.ts";
import { addressesOf, resourceOf, synthesizeAccount, type Block } from "../support/account-json.ts";
import { golden } from "../support/golden.ts";

const json = synthesizeAccount();
const addresses = addressesOf(json);
const resource = (address: string): Block => resourceOf(json, address);

test("the synthesized stack is the reviewed one", () => {
  const actual = `${JSON.stringify(json, null, 2)}\n`;
  expect(actual).toBe(golden("account-stack.json", actual));
});

describe("the stack", () => {
  test("has its resources under ids that are a contract", () => {
    expect(addresses.sort()).toEqual([
      "aws_cloudwatch_event_rule.cluster_events",
      "aws_cloudwatch_event_rule.scheduled_check",
      "aws_cloudwatch_event_target.cluster_events",
      "aws_cloudwatch_event_target.scheduled_check",
      "aws_cloudwatch_log_group.role_creation",
      "aws_cloudwatch_log_group.role_management",
      "aws_cloudwatch_metric_alarm.dead_letters",
      "aws_cloudwatch_metric_alarm.deletions_braked",
      "aws_cloudwatch_metric_alarm.regions_failed",
      "aws_cloudwatch_metric_alarm.role_conflicts",
      "aws_cloudwatch_metric_alarm.role_creation_errors",
      "aws_cloudwatch_metric_alarm.role_creation_throttles",
      "aws_cloudwatch_metric_alarm.role_management_errors",
      "aws_cloudwatch_metric_alarm.role_management_silence",
      "aws_cloudwatch_metric_alarm.role_management_throttles",
      "aws_glue_catalog_database.data",
      "aws_glue_catalog_table.allocation_v1",
      "aws_glue_catalog_table.container_v1",
      "aws_glue_catalog_table.focus_v1",
      "aws_glue_catalog_table.gpu_v1",
      "aws_glue_catalog_table.namespace_v1",
      "aws_glue_catalog_table.node_v1",
      "aws_glue_catalog_table.persistent_volume_claim_v1",
      "aws_glue_catalog_table.persistent_volume_v1",
      "aws_glue_catalog_table.pod_v1",
      "aws_glue_catalog_table.samples_v1",
      "aws_glue_catalog_table.scrape_health_v1",
      "aws_glue_catalog_table.workload_v1",
      "aws_iam_policy.boundary",
      "aws_iam_policy.read",
      "aws_iam_role.lambda",
      "aws_iam_role.replication",
      "aws_iam_role_policies_exclusive.lambda",
      "aws_iam_role_policy.lambda",
      "aws_iam_role_policy.replication",
      "aws_iam_role_policy_attachment.read",
      "aws_iam_role_policy_attachments_exclusive.lambda",
      "aws_iam_user.agent",
      "aws_iam_user.cluster",
      "aws_iam_user_policies_exclusive.agent",
      "aws_iam_user_policy.agent",
      "aws_iam_user_policy.cluster",
      "aws_lambda_function.role_creation",
      "aws_lambda_function.role_management",
      "aws_lambda_invocation.roles",
      "aws_lambda_permission.cluster_events",
      "aws_lambda_permission.scheduled_check",
      "aws_s3_bucket.data",
      "aws_s3_bucket_lifecycle_configuration.data",
      "aws_s3_bucket_ownership_controls.data",
      "aws_s3_bucket_policy.data",
      "aws_s3_bucket_public_access_block.data",
      "aws_s3_bucket_replication_configuration.data",
      "aws_s3_bucket_server_side_encryption_configuration.data",
      "aws_s3_bucket_versioning.data",
      "aws_sqs_queue.dead_letters",
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

  test.each([
    [
      { type: "gcs", settings: { bucket: "states" }, stateSetting: "prefix" },
      { gcs: { bucket: "states", prefix: "insights/account" } },
    ],
    [
      {
        type: "remote",
        settings: { organization: "acme", workspaces: {} },
        stateSetting: "workspaces.name",
        separator: "-",
      },
      { remote: { organization: "acme", workspaces: { name: "insights-account" } } },
    ],
  ] as const)("keeps its state in any backend of Terraform's: %j", (backend, expected) => {
    const config = BackendConfig.parse({ kind: "other", statePrefix: "insights", ...backend });
    expect(synthesizeAccount({ backend: config }).terraform["backend"]).toEqual(expected);
  });

  test("attaches no policy that AWS manages", () => {
    expect(JSON.stringify(json)).not.toContain(":aws:policy/");
    expect(addresses.filter((address) => address.includes("attachment"))).toEqual([
      "aws_iam_role_policy_attachment.read",
      "aws_iam_role_policy_attachments_exclusive.lambda",
    ]);
  });
});

describe("the bucket", () => {
  test("is private, versioned, and owned by the account", () => {
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
  });

  test("gets its controls one after the other", () => {
    expect(resource("aws_s3_bucket_policy.data")["depends_on"]).toEqual([
      "aws_s3_bucket_public_access_block.data",
    ]);
    expect(resource("aws_s3_bucket_ownership_controls.data")["depends_on"]).toEqual([
      "aws_s3_bucket_policy.data",
    ]);
  });

  // Without replication, which protects nothing and has to go when it is switched off.
  const ofBucket = addresses.filter(
    (address) =>
      address.startsWith("aws_s3_bucket") && address !== "aws_s3_bucket_replication_configuration.data",
  );

  test("and its controls cannot be destroyed, unless the configuration allows it", () => {
    for (const address of ofBucket) expect(resource(address)["lifecycle"]).toEqual({ prevent_destroy: true });
    expect(JSON.stringify(synthesizeAccount({ allowDestroy: true }))).not.toContain("prevent_destroy");
  });

  test("is not left without its controls by a destroy that its data then stops: force_destroy is demanded", () => {
    expect(json.variable["force_destroy"]).not.toHaveProperty("validation");
    const demanding = synthesizeAccount({ allowDestroy: true }).variable["force_destroy"];
    expect(demanding).toMatchObject({
      validation: [
        {
          condition: "${var.force_destroy}",
          error_message: expect.stringMatching(
            /^force_destroy is "\$\{var\.force_destroy\}"; .*set force_destroy = true and apply that before you destroy.*\.$/,
          ),
        },
      ],
    });
  });
});

describe("conditions", () => {
  const withCount = (count: string): string[] =>
    addresses.filter((address) => resource(address)["count"] === count).sort();

  test("create_iam_user makes the user, and nothing that makes roles", () => {
    expect(withCount("${var.create_iam_user ? 1 : 0}")).toEqual([
      "aws_iam_user.agent",
      "aws_iam_user_policies_exclusive.agent",
      "aws_iam_user_policy.agent",
    ]);
    expect(withCount("${local.manage_roles ? 1 : 0}")).toEqual([
      "aws_cloudwatch_event_rule.scheduled_check",
      "aws_cloudwatch_event_target.scheduled_check",
      "aws_cloudwatch_log_group.role_creation",
      "aws_cloudwatch_log_group.role_management",
      "aws_iam_policy.boundary",
      "aws_iam_role.lambda",
      "aws_iam_role_policies_exclusive.lambda",
      "aws_iam_role_policy.lambda",
      "aws_iam_role_policy_attachments_exclusive.lambda",
      "aws_lambda_function.role_creation",
      "aws_lambda_function.role_management",
      "aws_lambda_invocation.roles",
      "aws_lambda_permission.scheduled_check",
      "aws_sqs_queue.dead_letters",
    ]);
  });

  test("whether the read policy is attached never depends on a name that is not known yet", () => {
    expect(resource("aws_iam_role_policy_attachment.read")["count"]).toBe(
      "${local.attach_read_policy ? 1 : 0}",
    );
    expect(json.locals["attach_read_policy"]).toBe(
      '${(var.attach_read_policy == null ? var.role_name != "" : var.attach_read_policy)}',
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

test("every resource that can carry tags carries the account's", () => {
  const untaggable =
    /^aws_(s3_bucket_|iam_(role|user)_polic(y|ies)|cloudwatch_event_target|lambda_(invocation|permission)|glue_catalog_table)/;
  for (const address of addresses.filter((each) => !untaggable.test(each))) {
    expect([address, resource(address)["tags"]]).toEqual([address, "${var.tags}"]);
  }
});

test("the outputs are those that the seed's stack and the guides name", () => {
  expect(Object.keys(json.output)).toEqual([
    "agent_role_path",
    "bucket_name",
    "cluster_iam_user_names",
    "dead_letter_queue_arn",
    "dead_letter_queue_url",
    "iam_user_arn",
    "iam_user_name",
    "query_database",
    "read_policy_arn",
    "replication_role_arn",
    "role_boundary_arn",
    "role_creation_function_name",
    "role_management_function_name",
    "s3_bucket_secure_url",
  ]);
  for (const output of Object.values(json.output)) expect(output["description"]).toBeTruthy();
});
