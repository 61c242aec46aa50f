import { describe, expect, test } from "@jest/globals";
import { clusterPrefix, dataPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { centralBucketPolicy, centralKeyStatements } from "../../contract/policies/central-view-policy.ts";
import {
  replicaKeyStatements,
  replicationPolicy,
  REPLICATION_TRUST,
} from "../../contract/policies/replication-policy.ts";
import { policyDocument, type PolicyDocument } from "../../contract/policy-document.ts";
import { CENTRAL_ACCOUNT, CENTRAL_BUCKET_ARN, CENTRAL_KEY_ARN } from "../support/account-json.ts";
import { cluster, PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Access, type Decision } from "../support/decide.ts";

const BUCKET = `arn:aws:s3:::nops-container-cost-${ACCOUNT}`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost-replication`;
const KEY = `${clusterPrefix(DEFAULT_KEY_PREFIX, PROD)}/dataset=allocation/v=1/date=2026-11-22/09.parquet`;
const NOTHING: PolicyDocument = policyDocument();

const policy = replicationPolicy({
  bucketArn: BUCKET,
  centralBucketArn: CENTRAL_BUCKET_ARN,
  dataPrefix: dataPrefix(DEFAULT_KEY_PREFIX),
});
const SOURCES = [
  { account: ACCOUNT, roleArn: ROLE },
  { account: "999999999999", roleArn: ROLE.replace(ACCOUNT, "999999999999") },
];
const central = centralBucketPolicy(CENTRAL_BUCKET_ARN, DEFAULT_KEY_PREFIX, SOURCES);

describe("the replication role", () => {
  const assume = (principal: string): Promise<Decision> =>
    decide({ action: "sts:AssumeRole", resource: ROLE, principal, resourcePolicy: REPLICATION_TRUST });

  test("is S3's", async () => {
    expect(await assume("s3.amazonaws.com")).toBe("Allowed");
  });

  test.each([
    ["another service", "lambda.amazonaws.com"],
    ["a role of the account", `arn:aws:iam::${ACCOUNT}:role/admin`],
  ])("is not that of %s", async (_, principal) => {
    expect(await assume(principal)).toBe("ImplicitlyDenied");
  });

  const can = (action: string, resource: string): Promise<Decision> =>
    decide({ identityPolicy: policy, action, resource });

  test("may read the configuration, list the bucket, and read versions of the data", async () => {
    expect(await can("s3:GetReplicationConfiguration", BUCKET)).toBe("Allowed");
    expect(await can("s3:ListBucket", BUCKET)).toBe("Allowed");
    expect(await can("s3:GetObjectVersionForReplication", `${BUCKET}/${KEY}`)).toBe("Allowed");
    expect(await can("s3:GetObjectVersionAcl", `${BUCKET}/${KEY}`)).toBe("Allowed");
  });

  test.each(["control/role-reconcile/latest.json", "container_cost/x.parquet"])(
    "may not read %s, which is no data of ours",
    async (key) => {
      expect(await can("s3:GetObjectVersionForReplication", `${BUCKET}/${key}`)).toBe("ImplicitlyDenied");
    },
  );

  test.each([
    ["s3:ReplicateDelete", `${CENTRAL_BUCKET_ARN}/${KEY}`],
    ["s3:ReplicateTags", `${CENTRAL_BUCKET_ARN}/${KEY}`],
    ["s3:PutObject", `${CENTRAL_BUCKET_ARN}/${KEY}`],
    ["s3:DeleteObject", `${CENTRAL_BUCKET_ARN}/${KEY}`],
    ["s3:GetObject", `${CENTRAL_BUCKET_ARN}/${KEY}`],
    ["s3:ReplicateObject", `${CENTRAL_BUCKET_ARN}/elsewhere/${KEY}`],
    ["s3:ReplicateObject", `arn:aws:s3:::another-bucket/${KEY}`],
    ["s3:PutObject", `${BUCKET}/${KEY}`],
    ["s3:PutReplicationConfiguration", BUCKET],
    ["kms:Decrypt", CENTRAL_KEY_ARN],
    ["kms:Encrypt", CENTRAL_KEY_ARN],
  ])("may not %s on %s", async (action, resource) => {
    expect(await can(action, resource)).toBe("ImplicitlyDenied");
  });
});

/** A request to the central account, with what both accounts say. */
function atCentral(access: Omit<Access, "account">): Promise<Decision> {
  const { principal = ROLE } = access;
  return decide({
    identityPolicy: policyDocument(...policy.Statement, ...replicaKeyStatements(CENTRAL_KEY_ARN)),
    ...access,
    principal,
    account: CENTRAL_ACCOUNT,
    // What AWS sets for whoever assumed the role.
    context: { "aws:PrincipalArn": principal, ...access.context },
  });
}

describe("the central bucket", () => {
  const put = (key: string, access: Partial<Access> = {}): Promise<Decision> =>
    atCentral({
      action: "s3:ReplicateObject",
      resource: `${CENTRAL_BUCKET_ARN}/${key}`,
      resourcePolicy: central,
      ...access,
    });

  test("takes copies from each account's replication role, and makes them the central account's", async () => {
    expect(await put(KEY)).toBe("Allowed");
    expect(await put(KEY, { action: "s3:ObjectOwnerOverrideToBucketOwner" })).toBe("Allowed");
    const [, other] = SOURCES;
    const key = KEY.replace(ACCOUNT, "999999999999");
    expect(await put(key, { principal: other?.roleArn ?? "" })).toBe("Allowed");
  });

  test("takes none without its policy", async () => {
    expect(await put(KEY, { resourcePolicy: NOTHING })).toBe("ImplicitlyDenied");
  });

  test("takes from no account what is another's", async () => {
    const theirs = clusterPrefix(DEFAULT_KEY_PREFIX, cluster("prod", "eu-west-1", "999999999999"));
    expect(await put(`${theirs}/x.parquet`)).toBe("ImplicitlyDenied");
    expect(await put(KEY, { principal: SOURCES[1]?.roleArn ?? "" })).toBe("ImplicitlyDenied");
  });

  test("takes copies from no other role of an account", async () => {
    const principal = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost-lambda`;
    expect(await put(KEY, { principal })).toBe("ImplicitlyDenied");
  });

  test("loses nothing to an account whose own policies say that it may", async () => {
    const everything = policyDocument({
      Sid: "All",
      Effect: "Allow",
      Action: ["s3:*"],
      Resource: ["*"],
    });
    for (const action of ["s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject", "s3:GetObject"]) {
      expect([action, await put(KEY, { action, identityPolicy: everything })]).toEqual([
        action,
        "ImplicitlyDenied",
      ]);
    }
  });
});

describe("the central key", () => {
  const resourcePolicy = policyDocument(...centralKeyStatements(SOURCES));
  const use = (action: string, via = "s3.us-east-1.amazonaws.com", principal = ROLE): Promise<Decision> =>
    atCentral({
      action,
      resource: CENTRAL_KEY_ARN,
      resourcePolicy,
      principal,
      context: { "kms:ViaService": via },
    });

  test.each(["kms:Encrypt", "kms:GenerateDataKey"])("lets the role %s, through S3", async (action) => {
    expect(await use(action)).toBe("Allowed");
    expect(await use(action, "ec2.us-east-1.amazonaws.com")).toBe("ImplicitlyDenied");
  });

  test("lets it read nothing, and no other role anything", async () => {
    expect(await use("kms:Decrypt")).toBe("ImplicitlyDenied");
    const other = `arn:aws:iam::${ACCOUNT}:role/some-role`;
    expect(await use("kms:Encrypt", "s3.us-east-1.amazonaws.com", other)).toBe("ImplicitlyDenied");
  });
});
