import { describe, expect, test } from "@jest/globals";
import { dataPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { keyReadStatements, s3ViaService } from "../../contract/policies/encryption-key.ts";
import {
  replicaKeyStatements,
  replicationPolicy,
  REPLICATION_TRUST,
} from "../../contract/policies/replication-policy.ts";
import {
  CENTRAL_BUCKET_ARN,
  CENTRAL_KEY_ARN,
  dependenciesOf,
  evaluatePolicy,
  KEY_ARN,
  NAMES,
  resourceOf,
  synthesizeAccount,
  type Block,
} from "../support/account-json.ts";

const json = synthesizeAccount();
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const ADDRESSES = [
  "aws_iam_role.replication",
  "aws_iam_role_policy.replication",
  "aws_s3_bucket_replication_configuration.data",
];

test("is there only while it is switched on, whatever else is not known", () => {
  for (const address of ADDRESSES) {
    expect(resourceOf(json, address)["count"]).toBe("${local.replicate ? 1 : 0}");
  }
  expect(json.locals["replicate"]).toBe(
    '${(var.replicate == null ? var.replication_bucket_arn != "" : var.replicate)}',
  );
});

describe("its rule", () => {
  const [rule = {}] = resourceOf(json, "aws_s3_bucket_replication_configuration.data")["rule"] as Block[];

  test("copies data, and neither the reconciler's objects nor deletions", () => {
    expect(rule).toMatchObject({
      status: "Enabled",
      filter: { prefix: "${local.data_prefix}" },
      delete_marker_replication: { status: "Disabled" },
    });
  });

  test("makes the copies the central account's", () => {
    expect(rule["destination"]).toMatchObject({
      bucket: "${var.replication_bucket_arn}",
      account: "${var.replication_account_id}",
      access_control_translation: { owner: "Destination" },
    });
    expect(rule["destination"]).not.toHaveProperty("storage_class");
  });

  test("takes what KMS encrypted, and encrypts the copies, when there is a key for them", () => {
    const when = '${var.replication_kms_key_arn != "" ? [1] : []}';
    expect(rule["dynamic"]).toEqual({
      source_selection_criteria: {
        for_each: when,
        content: { sse_kms_encrypted_objects: { status: "Enabled" } },
      },
    });
    expect((rule["destination"] as Block)["dynamic"]).toEqual({
      encryption_configuration: {
        for_each: when,
        content: { replica_kms_key_id: "${var.replication_kms_key_arn}" },
      },
    });
  });
});

test("waits for versioning and for what its role may do, and goes before both", () => {
  const needed = dependenciesOf(json, "aws_s3_bucket_replication_configuration.data");
  expect(needed).toContain("aws_s3_bucket_versioning.data");
  expect(needed).toContain("aws_iam_role_policy.replication");
});

test("can be switched off again, though the bucket cannot be destroyed", () => {
  expect(resourceOf(json, "aws_s3_bucket.data")).toHaveProperty("lifecycle.prevent_destroy", true);
  for (const address of ADDRESSES) expect(resourceOf(json, address)).not.toHaveProperty("lifecycle");
});

describe("its role", () => {
  test("has the deployment's name and the account's boundary", () => {
    expect(resourceOf(json, "aws_iam_role.replication")).toMatchObject({
      name: "${var.name_prefix}-replication",
      permissions_boundary: '${var.permissions_boundary_arn == "" ? null : var.permissions_boundary_arn}',
    });
  });

  test("is trusted as the contract says", () => {
    const trust = evaluatePolicy(json, resourceOf(json, "aws_iam_role.replication")["assume_role_policy"]);
    expect(trust).toEqual(REPLICATION_TRUST);
  });

  test("may do what the contract says, with keys only where there are any", () => {
    const { Statement } = replicationPolicy({
      bucketArn: BUCKET,
      centralBucketArn: CENTRAL_BUCKET_ARN,
      dataPrefix: dataPrefix(DEFAULT_KEY_PREFIX),
    });
    const policy = (...holds: string[]) =>
      evaluatePolicy(json, resourceOf(json, "aws_iam_role_policy.replication")["policy"], holds).Statement;
    const read = keyReadStatements({ arn: KEY_ARN, viaService: s3ViaService("eu-west-1") });
    const encrypt = replicaKeyStatements(CENTRAL_KEY_ARN);
    expect(policy()).toEqual(Statement);
    expect(policy("local.use_kms")).toEqual([...Statement, ...read]);
    expect(policy("local.use_kms", 'var.replication_kms_key_arn != ""')).toEqual([
      ...Statement,
      ...read,
      ...encrypt,
    ]);
  });
});
