import { describe, expect, test } from "@jest/globals";
import { clusterPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { s3ViaService, type EncryptionKey } from "../../contract/policies/encryption-key.ts";
import { readerPolicy } from "../../contract/policies/reader-policy.ts";
import { boundaryPolicy, userPolicy, writerPolicy } from "../../contract/policies/writer-policy.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const BUCKET = `arn:aws:s3:::nops-container-cost-${ACCOUNT}`;
const PREFIX = clusterPrefix(DEFAULT_KEY_PREFIX, PROD);
const KEY: EncryptionKey = {
  arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  viaService: s3ViaService("eu-west-1"),
};
const OTHER_KEY = KEY.arn.replace("1234abcd", "deadbeef");

// The key's own policy gives the account's identities what their policies say, as the default one does.
const KEY_POLICY: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Account",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: ["kms:*"],
      Resource: ["*"],
    },
  ],
};

interface Use {
  /** @default {@link KEY} */
  readonly resource?: string;
  /** Null: KMS is called directly. @default S3 where the bucket is */
  readonly via?: string | null;
  readonly boundary?: PolicyDocument;
}

function withKey(identityPolicy: PolicyDocument, action: string, use: Use = {}): Promise<Decision> {
  const { resource = KEY.arn, via = KEY.viaService, ...boundary } = use;
  const context: Record<string, string> = via === null ? {} : { "kms:ViaService": via };
  return decide({ identityPolicy, resourcePolicy: KEY_POLICY, action, resource, context, ...boundary });
}

describe.each([
  ["a cluster's writer", writerPolicy(BUCKET, PREFIX, KEY)],
  ["the IAM user", userPolicy(BUCKET, KEY)],
])("%s", (_, policy) => {
  test.each(["kms:GenerateDataKey", "kms:Decrypt"])(
    "may %s with the bucket's key, through S3",
    async (action) => {
      expect(await withKey(policy, action)).toBe("Allowed");
    },
  );

  test.each(["kms:GenerateDataKey", "kms:Decrypt"])(
    "may not %s by calling KMS itself, through another service or region, or with another key",
    async (action) => {
      expect(await withKey(policy, action, { via: null })).toBe("ImplicitlyDenied");
      expect(await withKey(policy, action, { via: "ec2.eu-west-1.amazonaws.com" })).toBe("ImplicitlyDenied");
      expect(await withKey(policy, action, { via: s3ViaService("us-east-1") })).toBe("ImplicitlyDenied");
      expect(await withKey(policy, action, { resource: OTHER_KEY })).toBe("ImplicitlyDenied");
    },
  );

  test.each([
    "kms:Encrypt",
    "kms:ReEncryptFrom",
    "kms:CreateGrant",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
  ])("may not %s", async (action) => {
    expect(await withKey(policy, action)).toBe("ImplicitlyDenied");
  });
});

test("the boundary lets a writer use the key, and a role that was given everything no other way", async () => {
  const boundary = boundaryPolicy(BUCKET, KEY);
  const everything: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: ["kms:*"], Resource: ["*"] }],
  };
  expect(await withKey(writerPolicy(BUCKET, PREFIX, KEY), "kms:GenerateDataKey", { boundary })).toBe(
    "Allowed",
  );
  expect(await withKey(everything, "kms:Decrypt", { boundary })).toBe("Allowed");
  expect(await withKey(everything, "kms:Decrypt", { boundary, via: null })).toBe("ImplicitlyDenied");
  expect(await withKey(everything, "kms:CreateGrant", { boundary })).toBe("ImplicitlyDenied");
  expect(await withKey(everything, "kms:Decrypt", { boundary: boundaryPolicy(BUCKET) })).toBe(
    "ImplicitlyDenied",
  );
});

test("the reader may decrypt through S3, and make no data key", async () => {
  const policy = readerPolicy(BUCKET, KEY);
  expect(await withKey(policy, "kms:Decrypt")).toBe("Allowed");
  expect(await withKey(policy, "kms:Decrypt", { via: null })).toBe("ImplicitlyDenied");
  expect(await withKey(policy, "kms:Decrypt", { resource: OTHER_KEY })).toBe("ImplicitlyDenied");
  expect(await withKey(policy, "kms:GenerateDataKey")).toBe("ImplicitlyDenied");
});

test("without a key no document names one", () => {
  const documents = [
    writerPolicy(BUCKET, PREFIX),
    userPolicy(BUCKET),
    boundaryPolicy(BUCKET),
    readerPolicy(BUCKET),
  ];
  expect(JSON.stringify(documents)).not.toContain("kms:");
});

test.each([
  ["eu-west-1", "s3.eu-west-1.amazonaws.com"],
  ["cn-north-1", "s3.cn-north-1.amazonaws.com"],
  ["us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"],
])("KMS names S3 in %s as %s, with one suffix for all partitions", (region, name) => {
  expect(s3ViaService(region)).toBe(name);
});
