import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../lambda-src/env.ts";
import { callerOf } from "../../lambda-src/lambda-context.ts";
import { readCrudEvent } from "../../lambda-src/reconcile/crud-event.ts";

const REQUIRED = {
  AWS_REGION: "eu-west-1",
  DEPLOYMENT_BUCKET: "nops-container-cost-123456789012",
  NAME_PREFIX: "nops-container-cost",
  BOUNDARY_ARN: "arn:aws:iam::123456789012:policy/nops-container-cost-boundary",
};

describe("settings", () => {
  test("what may be left out has the documented default", () => {
    expect(readSettings(REQUIRED)).toEqual({
      bucket: "nops-container-cost-123456789012",
      namePrefix: "nops-container-cost",
      keyPrefix: "container-insights",
      regions: ["eu-west-1"],
      boundaryArn: "arn:aws:iam::123456789012:policy/nops-container-cost-boundary",
      orphanGraceHours: 24,
      maxDeletesPerRun: 10,
      deleteRolesOnDestroy: true,
      clusterInclude: [],
      clusterExclude: [],
      podIdentityClusters: [],
    });
  });

  test("regions are trimmed and taken once, and a blank list is the own region", () => {
    expect(
      readSettings({ ...REQUIRED, INCLUDE_REGIONS: " us-east-1, us-gov-west-1 ,us-east-1,," }).regions,
    ).toEqual(["us-east-1", "us-gov-west-1"]);
    expect(readSettings({ ...REQUIRED, INCLUDE_REGIONS: " , " }).regions).toEqual(["eu-west-1"]);
  });

  test("patterns of clusters' names are trimmed and taken once", () => {
    const settings = readSettings({
      ...REQUIRED,
      CLUSTER_INCLUDE: " prod-*,shop , prod-*",
      CLUSTER_EXCLUDE: "*",
    });
    expect(settings).toMatchObject({ clusterInclude: ["prod-*", "shop"], clusterExclude: ["*"] });
  });

  test("query tables are trimmed and taken once, a blank list is none, and other names are refused", () => {
    const tables = (list: string) => readSettings({ ...REQUIRED, QUERY_TABLES: list }).queryTables;
    expect(tables(" allocation_v1,container_v1 ,allocation_v1")).toEqual(["allocation_v1", "container_v1"]);
    expect(tables(" , ")).toBeUndefined();
    expect(() => tables("allocation_v1,data.container_v1")).toThrow(
      'QUERY_TABLES names "data.container_v1"; expected names of Glue tables, such as "allocation_v1"',
    );
  });

  test("a key is used through S3 of its own region; an empty one is none", () => {
    const arn = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234";
    expect(readSettings({ ...REQUIRED, KMS_KEY_ARN: arn }).encryptionKey).toEqual({
      arn,
      viaService: "s3.us-gov-west-1.amazonaws.com",
    });
    expect(readSettings({ ...REQUIRED, KMS_KEY_ARN: "" }).encryptionKey).toBeUndefined();
  });

  test("zero hours and zero deletions are values, not blanks", () => {
    const settings = readSettings({ ...REQUIRED, ORPHAN_GRACE_HOURS: "0", MAX_DELETES_PER_RUN: "0" });
    expect(settings).toMatchObject({ orphanGraceHours: 0, maxDeletesPerRun: 0 });
  });

  test("all problems are reported together, each with its variable and value", () => {
    const broken = {
      NAME_PREFIX: "x".repeat(33),
      BOUNDARY_ARN: "boundary",
      KEY_PREFIX: "/data",
      INCLUDE_REGIONS: "eu-west-1,moon",
      ORPHAN_GRACE_HOURS: "-1",
      MAX_DELETES_PER_RUN: "many",
      DELETE_ROLES_ON_DESTROY: "yes",
      CLUSTER_INCLUDE: "prod-*,a.b,c d",
      CLUSTER_EXCLUDE: "/dev/",
      KMS_KEY_ARN: "arn:aws:kms:eu-west-1:123456789012:alias/data",
    };
    let message = "";
    try {
      readSettings(broken);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("ConfigError: Cannot read the environment");
    for (const part of [
      "DEPLOYMENT_BUCKET is not set",
      "NAME_PREFIX is longer than 32 characters",
      'BOUNDARY_ARN is "boundary"',
      'KEY_PREFIX is "/data"',
      'INCLUDE_REGIONS names "moon"',
      'ORPHAN_GRACE_HOURS is "-1"',
      'MAX_DELETES_PER_RUN is "many"',
      'DELETE_ROLES_ON_DESTROY is "yes"',
      'CLUSTER_INCLUDE names "a.b", "c d"; expected names of clusters',
      'CLUSTER_EXCLUDE names "/dev/"',
      'KMS_KEY_ARN is "arn:aws:kms:eu-west-1:123456789012:alias/data"; expected the ARN of a KMS key',
    ]) {
      expect(message).toContain(part);
    }
  });
});

describe("the caller", () => {
  test("is read from the function's ARN, partition included", () => {
    expect(callerOf("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f")).toEqual({
      partition: "aws-us-gov",
      region: "us-gov-west-1",
      account: "123456789012",
    });
    expect(() => callerOf("f")).toThrow('"f" is not the ARN of a Lambda function');
  });
});

describe("Terraform's event", () => {
  test.each(["create", "update", "delete"])("%s is read, whatever else the input holds", (action) => {
    expect(readCrudEvent({ regions: "", tf: { action, prev_input: null } })).toEqual({ action });
  });

  test.each([undefined, null, {}, { tf: { action: "destroy" } }])(
    "%j is refused with what was expected",
    (event) => {
      expect(() => readCrudEvent(event)).toThrow('expected "tf.action" to be "create", "update" or "delete"');
    },
  );
});
