import { describe, expect, test } from "@jest/globals";
import { clusterPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { bucketPolicy } from "../../contract/policies/bucket-policy.ts";
import { readerPolicy } from "../../contract/policies/reader-policy.ts";
import { boundaryPolicy, userPolicy, writerPolicy } from "../../contract/policies/writer-policy.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { cluster, PROD } from "../support/clusters.ts";
import { decide, type Access, type Decision } from "../support/decide.ts";

const BUCKET = "arn:aws:s3:::nops-container-cost-123456789012";
const PREFIX = clusterPrefix(DEFAULT_KEY_PREFIX, PROD);
const OBJECT = `${BUCKET}/${PREFIX}/dataset=allocation/v=1/date=2026-11-22/09.parquet`;
// A name that begins with the other's: the prefix must end where the name does.
const OTHER_PREFIX = clusterPrefix(DEFAULT_KEY_PREFIX, cluster("prod-2"));
const OTHER_OBJECT = `${BUCKET}/${OTHER_PREFIX}/dataset=allocation/v=1/date=2026-11-22/09.parquet`;

const TLS_1_3 = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

/** Decides a request as the bucket receives it: with its policy, over TLS 1.3 unless said otherwise. */
function atBucket(identityPolicy: PolicyDocument, access: Access): Promise<Decision> {
  return decide({
    identityPolicy,
    resourcePolicy: bucketPolicy(BUCKET),
    ...access,
    context: { ...TLS_1_3, ...access.context },
  });
}

describe("the bucket", () => {
  const put = (context: Record<string, string>): Promise<Decision> =>
    atBucket(writerPolicy(BUCKET, PREFIX), { action: "s3:PutObject", resource: OBJECT, context });

  test("takes a write over TLS 1.2 and 1.3", async () => {
    expect(await put({ "s3:TlsVersion": "1.2" })).toBe("Allowed");
    expect(await put({ "s3:TlsVersion": "1.3" })).toBe("Allowed");
  });

  test("refuses plain HTTP", async () => {
    expect(await put({ "aws:SecureTransport": "false" })).toBe("ExplicitlyDenied");
  });

  test.each(["1.0", "1.1"])("refuses TLS %s", async (version) => {
    expect(await put({ "s3:TlsVersion": version })).toBe("ExplicitlyDenied");
  });

  test("refuses a listing over plain HTTP, even to the account's administrator", async () => {
    const administrator: PolicyDocument = {
      Version: "2012-10-17",
      Statement: [{ Sid: "All", Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
    };
    const list = { action: "s3:ListBucket", resource: BUCKET };
    expect(await atBucket(administrator, list)).toBe("Allowed");
    const context = { "aws:SecureTransport": "false" };
    expect(await atBucket(administrator, { ...list, context })).toBe("ExplicitlyDenied");
  });

  test("gives nobody anything: its policy alone allows no read", async () => {
    const nothing: PolicyDocument = { Version: "2012-10-17", Statement: [] };
    expect(await atBucket(nothing, { action: "s3:GetObject", resource: OBJECT })).toBe("ImplicitlyDenied");
  });
});

describe("a cluster's role", () => {
  const writer = writerPolicy(BUCKET, PREFIX);
  const can = (action: string, resource: string, context = {}): Promise<Decision> =>
    atBucket(writer, { action, resource, context });

  test.each(["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"])(
    "may %s below its own prefix and nowhere else",
    async (action) => {
      expect(await can(action, OBJECT)).toBe("Allowed");
      expect(await can(action, OTHER_OBJECT)).toBe("ImplicitlyDenied");
      expect(await can(action, `${BUCKET}/control/role-reconcile/latest.json`)).toBe("ImplicitlyDenied");
      expect(await can(action, `${BUCKET}/container_cost/x.parquet`)).toBe("ImplicitlyDenied");
      expect(await can(action, OBJECT.replace("-123456789012/", "-210987654321/"))).toBe("ImplicitlyDenied");
    },
  );

  test("may list its own prefix, and nothing without one", async () => {
    const list = (prefix: string): Promise<Decision> => can("s3:ListBucket", BUCKET, { "s3:prefix": prefix });
    expect(await list(`${PREFIX}/_manifests/date=2026-11-22/`)).toBe("Allowed");
    expect(await list(`${PREFIX}/`)).toBe("Allowed");
    expect(await list(PREFIX)).toBe("ImplicitlyDenied");
    expect(await list(`${OTHER_PREFIX}/`)).toBe("ImplicitlyDenied");
    expect(await list("")).toBe("ImplicitlyDenied");
    expect(await can("s3:ListBucket", BUCKET)).toBe("ImplicitlyDenied");
  });

  test.each([
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:GetObjectVersion",
  ])("may not %s, not even its own", async (action) => {
    expect(await can(action, OBJECT)).toBe("ImplicitlyDenied");
  });

  test.each([
    "s3:PutBucketPolicy",
    "s3:DeleteBucket",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketVersioning",
  ])("may not %s", async (action) => {
    expect(await can(action, BUCKET)).toBe("ImplicitlyDenied");
  });
});

describe("the boundary", () => {
  const everything: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Sid: "All", Effect: "Allow", Action: ["s3:*", "iam:*", "sts:*"], Resource: ["*"] }],
  };
  const capped = (action: string, resource: string): Promise<Decision> =>
    decide({ identityPolicy: everything, boundary: boundaryPolicy(BUCKET), action, resource });

  test("leaves a role that was given everything the writing of this bucket", async () => {
    expect(await capped("s3:PutObject", OBJECT)).toBe("Allowed");
    expect(await capped("s3:ListBucket", BUCKET)).toBe("Allowed");
  });

  test.each([
    ["s3:PutObject", "arn:aws:s3:::another-bucket/x"],
    ["s3:DeleteObject", OBJECT],
    ["s3:PutBucketPolicy", BUCKET],
    ["s3:DeleteBucket", BUCKET],
    ["iam:CreateUser", "arn:aws:iam::123456789012:user/x"],
    ["iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/x"],
    ["sts:AssumeRole", "arn:aws:iam::123456789012:role/x"],
  ])("takes %s on %s from it", async (action, resource) => {
    expect(await decide({ identityPolicy: everything, action, resource })).toBe("Allowed");
    expect(await capped(action, resource)).toBe("ImplicitlyDenied");
  });

  test("takes nothing from a writer that its policy gives", async () => {
    const writer = writerPolicy(BUCKET, PREFIX);
    for (const action of writer.Statement[0]?.Action ?? []) {
      const access = { identityPolicy: writer, boundary: boundaryPolicy(BUCKET), action, resource: OBJECT };
      expect(await decide(access)).toBe("Allowed");
    }
    const context = { "s3:prefix": `${PREFIX}/` };
    const list = { action: "s3:ListBucket", resource: BUCKET, context };
    expect(await decide({ identityPolicy: writer, boundary: boundaryPolicy(BUCKET), ...list })).toBe(
      "Allowed",
    );
  });
});

describe("the reader", () => {
  const can = (action: string, resource: string): Promise<Decision> =>
    atBucket(readerPolicy(BUCKET), { action, resource });

  test("may list the bucket and get every cluster's objects", async () => {
    expect(await can("s3:ListBucket", BUCKET)).toBe("Allowed");
    expect(await can("s3:GetBucketLocation", BUCKET)).toBe("Allowed");
    expect(await can("s3:GetObject", OBJECT)).toBe("Allowed");
    expect(await can("s3:GetObject", OTHER_OBJECT)).toBe("Allowed");
  });

  test.each(["s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:AbortMultipartUpload"])(
    "may not %s",
    async (action) => {
      expect(await can(action, OBJECT)).toBe("ImplicitlyDenied");
    },
  );

  test("may read no other bucket", async () => {
    expect(await can("s3:GetObject", "arn:aws:s3:::another-bucket/x")).toBe("ImplicitlyDenied");
  });
});

describe("the IAM user", () => {
  const can = (action: string, resource: string): Promise<Decision> =>
    atBucket(userPolicy(BUCKET), { action, resource, principal: "arn:aws:iam::123456789012:user/agent" });

  test("may write for every cluster, as the seed's user", async () => {
    expect(await can("s3:PutObject", OBJECT)).toBe("Allowed");
    expect(await can("s3:PutObject", OTHER_OBJECT)).toBe("Allowed");
    expect(await can("s3:ListBucket", BUCKET)).toBe("Allowed");
  });

  test("may delete nothing", async () => {
    expect(await can("s3:DeleteObject", OBJECT)).toBe("ImplicitlyDenied");
  });
});
