import { describe, expect, test } from "@jest/globals";
import { clusterPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { bucketPolicy, bucketReaderStatements } from "../../contract/policies/bucket-policy.ts";
import {
  CENTRAL_ACCOUNT,
  evaluatePolicy,
  NAMES,
  READER_ARN,
  resourceOf,
  synthesizeAccount,
  type Block,
} from "../support/account-json.ts";
import { PROD } from "../support/clusters.ts";
import { decide, type Decision } from "../support/decide.ts";

const json = synthesizeAccount();
const BUCKET = `arn:aws:s3:::${NAMES.bucket}`;
const OBJECT = `${BUCKET}/${clusterPrefix(DEFAULT_KEY_PREFIX, PROD)}/_manifests/x.json`;

describe("the lifecycle", () => {
  const lifecycle = resourceOf(json, "aws_s3_bucket_lifecycle_configuration.data");
  const always = lifecycle["rule"] as Block[];
  const sometimes = (lifecycle["dynamic"] as { rule: { for_each: string; content: Block }[] }).rule;

  test("always ends uploads that were never finished", () => {
    expect(always).toEqual([
      {
        id: "abort-incomplete-uploads",
        status: "Enabled",
        filter: [{ prefix: "" }],
        abort_incomplete_multipart_upload: [
          { days_after_initiation: "${var.lifecycle_abort_multipart_days}" },
        ],
      },
    ]);
  });

  test.each([
    ["lifecycle_noncurrent_days", "expire-noncurrent-versions", "noncurrent_version_expiration"],
    ["lifecycle_transition_days", "move-data", "transition"],
    ["lifecycle_expiration_days", "expire-data", "expiration"],
  ])("has no rule of %s while that is 0", (variable, id, action) => {
    const [rule] = sometimes.filter(({ content }) => content["id"] === id);
    expect(rule?.for_each).toBe(`\${var.${variable} > 0 ? [1] : []}`);
    expect(rule?.content["status"]).toBe("Enabled");
    expect(JSON.stringify(rule?.content[action])).toContain(`\${var.${variable}}`);
  });

  test("moves and expires data only, never the reconciler's objects", () => {
    const filters = Object.fromEntries(sometimes.map(({ content }) => [content["id"], content["filter"]]));
    expect(filters).toEqual({
      "expire-noncurrent-versions": [{ prefix: "" }],
      "move-data": [{ prefix: "${local.data_prefix}" }],
      "expire-data": [{ prefix: "${local.data_prefix}" }],
    });
  });

  test("by default ends unfinished uploads after 7 days and old versions after 30, and touches no data", () => {
    const defaults = Object.entries(json.variable)
      .filter(([name]) => name.startsWith("lifecycle_"))
      .map(([name, block]) => [name, block["default"]]);
    expect(Object.fromEntries(defaults)).toEqual({
      lifecycle_abort_multipart_days: 7,
      lifecycle_noncurrent_days: 30,
      lifecycle_transition_days: 0,
      lifecycle_transition_storage_class: "INTELLIGENT_TIERING",
      lifecycle_expiration_days: 0,
    });
  });
});

describe("additional readers", () => {
  const policyArgument = resourceOf(json, "aws_s3_bucket_policy.data")["policy"];
  const WITH_READERS = ["length(var.additional_reader_arns) > 0"];

  test("are in the bucket's policy when there are any", () => {
    expect(evaluatePolicy(json, policyArgument)).toEqual(bucketPolicy(BUCKET));
    const { Statement } = evaluatePolicy(json, policyArgument, WITH_READERS);
    expect(Statement).toEqual([
      ...bucketPolicy(BUCKET).Statement,
      ...bucketReaderStatements(BUCKET, READER_ARN),
    ]);
  });

  // A reader's own policy says everything, and still the bucket's decides: it is another account's.
  const can = (
    action: string,
    resource: string,
    { principal = READER_ARN, context = {}, conditions = WITH_READERS } = {},
  ): Promise<Decision> =>
    decide({
      principal,
      action,
      resource,
      context: { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3", ...context },
      identityPolicy: {
        Version: "2012-10-17",
        Statement: [{ Sid: "All", Effect: "Allow", Action: ["s3:*"], Resource: ["*"] }],
      },
      resourcePolicy: evaluatePolicy(json, policyArgument, conditions),
    });

  test("list the bucket and get its objects", async () => {
    expect(await can("s3:ListBucket", BUCKET)).toBe("Allowed");
    expect(await can("s3:GetBucketLocation", BUCKET)).toBe("Allowed");
    expect(await can("s3:GetObject", OBJECT)).toBe("Allowed");
  });

  test.each(["s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"])(
    "may not %s, whatever their own account says",
    async (action) => {
      expect(await can(action, OBJECT)).toBe("ImplicitlyDenied");
    },
  );

  test("are refused over plain HTTP and old TLS, as everyone", async () => {
    expect(await can("s3:GetObject", OBJECT, { context: { "aws:SecureTransport": "false" } })).toBe(
      "ExplicitlyDenied",
    );
    expect(await can("s3:GetObject", OBJECT, { context: { "s3:TlsVersion": "1.1" } })).toBe(
      "ExplicitlyDenied",
    );
  });

  test("are who is named, and nobody while nobody is", async () => {
    const principal = `arn:aws:iam::${CENTRAL_ACCOUNT}:role/interns`;
    expect(await can("s3:GetObject", OBJECT, { principal })).toBe("ImplicitlyDenied");
    expect(await can("s3:GetObject", OBJECT, { conditions: [] })).toBe("ImplicitlyDenied");
  });
});
