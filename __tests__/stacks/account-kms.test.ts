import { describe, expect, test } from "@jest/globals";
import {
  keyUseStatements,
  s3ViaService,
  type EncryptionKey,
} from "../../contract/policies/encryption-key.ts";
import { readerPolicy } from "../../contract/policies/reader-policy.ts";
import { boundaryPolicy, userPolicy } from "../../contract/policies/writer-policy.ts";
import { evaluatePolicy, KEY_ARN, NAMES, resourceOf, synthesizeAccount } from "../support/account-json.ts";

const json = synthesizeAccount();
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const KEY: EncryptionKey = { arn: KEY_ARN, viaService: s3ViaService("eu-west-1") };
const WITH_KEY = ["local.use_kms"];

test("the bucket is encrypted with S3's own keys, or with the caller's and a bucket key", () => {
  expect(resourceOf(json, "aws_s3_bucket_server_side_encryption_configuration.data")["rule"]).toEqual([
    {
      apply_server_side_encryption_by_default: {
        sse_algorithm: '${local.use_kms ? "aws:kms" : "AES256"}',
        kms_master_key_id: "${local.use_kms ? var.kms_key_arn : null}",
      },
      bucket_key_enabled: "${local.use_kms}",
    },
  ]);
});

test("use_kms follows kms_key_arn until it is set", () => {
  expect(json.locals["use_kms"]).toBe('${(var.use_kms == null ? var.kms_key_arn != "" : var.use_kms)}');
});

test("no key is made: it is the caller's", () => {
  expect(Object.keys(json.resource).filter((type) => type.startsWith("aws_kms"))).toEqual([]);
});

describe("with the key", () => {
  const policyOf = (address: string, holds: readonly string[]) =>
    evaluatePolicy(json, resourceOf(json, address)["policy"], holds);

  test.each([
    ["aws_iam_policy.read", readerPolicy(BUCKET, KEY), readerPolicy(BUCKET)],
    ["aws_iam_policy.boundary", boundaryPolicy(BUCKET, KEY), boundaryPolicy(BUCKET)],
    ["aws_iam_user_policy.agent", userPolicy(BUCKET, KEY), userPolicy(BUCKET)],
  ])("%s is the contract's, and without it as well", (address, withKey, without) => {
    expect(policyOf(address, WITH_KEY)).toEqual(withKey);
    expect(policyOf(address, [])).toEqual(without);
  });

  test("the Lambdas may write their reports", () => {
    const { Statement } = policyOf("aws_iam_role_policy.lambda", WITH_KEY);
    expect(Statement.slice(-1)).toEqual(keyUseStatements(KEY));
    expect(JSON.stringify(policyOf("aws_iam_role_policy.lambda", []))).not.toContain("kms:");
  });

  test("the user's policy fits its quota even with the longest names", () => {
    const policy = JSON.stringify(policyOf("aws_iam_user_policy.agent", WITH_KEY));
    const longest = policy
      .replaceAll(NAMES.bucket, "b".repeat(63))
      .replaceAll(KEY_ARN, KEY_ARN.replace("arn:aws:kms:eu-west-1", "arn:aws-us-gov:kms:us-gov-west-1"));
    expect(longest.length).toBeGreaterThan(policy.length);
    expect(longest.length).toBeLessThan(2048);
  });
});
