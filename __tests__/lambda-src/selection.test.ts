import { describe, expect, test } from "@jest/globals";
import { TAG } from "../../contract/names.ts";
import { whyNotSelected } from "../../lambda-src/reconcile/selection.ts";
import { FakeAccount } from "../fakes/fake-account.ts";

const excluded = (pattern: string, name: string): boolean =>
  whyNotSelected({ clusterInclude: [], clusterExclude: [pattern] }, name) !== undefined;

describe("a pattern", () => {
  test.each([
    ["dev-*", "dev-", true],
    ["dev-*", "dev-1", true],
    ["dev-*", "my-dev-1", false],
    ["*-dev", "my-dev", true],
    ["*-dev", "my-dev-1", false],
    ["*dev*", "my-dev-1", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["a*b*c", "a-c", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*bc*bc", "abc", false],
    ["*", "anything", true],
    ["*a*a*a*a*a*a*a*b", "a".repeat(100), false],
    ["dev", "dev", true],
    ["dev", "Dev", false],
    ["dev", "dev-1", false],
    ["d.v", "dev", false],
  ])("%s against %s: %s", (pattern, name, expected) => {
    expect(excluded(pattern, name)).toBe(expected);
  });
});

describe("the selection", () => {
  const selection = { clusterInclude: ["prod-*", "shop"], clusterExclude: ["prod-eu-*"] };

  test("takes what is included and not excluded", () => {
    expect(whyNotSelected(selection, "prod-us-1")).toBeUndefined();
    expect(whyNotSelected(selection, "shop")).toBeUndefined();
    expect(whyNotSelected({ clusterInclude: [], clusterExclude: [] }, "any")).toBeUndefined();
  });

  test("says which setting leaves a cluster out", () => {
    expect(whyNotSelected(selection, "prod-eu-1")).toBe('excluded by cluster_exclude "prod-eu-*"');
    expect(whyNotSelected(selection, "dev")).toBe('not included by cluster_include "prod-*", "shop"');
  });
});

describe("a cluster that is not selected", () => {
  const EXCLUDE = { clusterExclude: ["dev-*"], orphanGraceHours: 0 };

  test("gets no role, and the report says why", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    const name = account.addCluster("eu-west-1", "dev-1");

    const report = await account.reconcile(EXCLUDE);
    expect(report.counts).toEqual({ create: 1, excluded: 1 });
    expect(report.status).toBe("ok");
    expect(report.notes).toEqual([
      expect.objectContaining({
        kind: "excluded",
        role: name,
        reason: 'excluded by cluster_exclude "dev-*"',
      }),
    ]);
  });

  test("keeps the role that it has as it is: drifted, marked as orphan, and with the cluster gone", async () => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "dev-1");
    await account.reconcile();
    const role = account.iam.role(name);
    role.boundary = undefined;
    role.tags.set(TAG.orphanedSince, "2026-01-01T00:00:00Z");
    account.iam.forgetCalls();

    expect((await account.reconcile(EXCLUDE)).counts).toEqual({ excluded: 1 });
    account.eks("eu-west-1").clusters.delete("dev-1");
    expect((await account.reconcile(EXCLUDE)).counts).toEqual({ excluded: 1 });
    expect(account.iam.writes).toEqual([]);

    expect((await account.reconcile({ orphanGraceHours: 0 })).counts).toEqual({ delete: 1 });
  });

  test("gets its role with the next run once it is selected", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "dev-1");
    await account.reconcile({ clusterInclude: ["prod"] });
    expect(account.iam.writes).toEqual([]);
    expect((await account.reconcile({ clusterInclude: ["prod", "dev-*"] })).counts).toEqual({ create: 1 });
  });

  test("loses its role when the deployment is destroyed: the boundary below it goes too", async () => {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "dev-1");
    await account.reconcile();
    expect((await account.destroy(EXCLUDE)).counts).toEqual({ delete: 1 });
    expect(account.iam.roles.size).toBe(0);
  });
});

describe("a bucket with a key of the account's own", () => {
  const encryptionKey = {
    arn: "arn:aws:kms:eu-west-1:123456789012:key/1234",
    viaService: "s3.eu-west-1.amazonaws.com",
  };

  test("gives every role the use of it, through S3 only; without it the roles lose that again", async () => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile({ encryptionKey });
    const policy = () => [...account.iam.role(name).inline.values()].join("");
    expect(JSON.parse(policy())).toMatchObject({
      Statement: [
        {},
        {},
        {
          Action: ["kms:GenerateDataKey", "kms:Decrypt"],
          Resource: [encryptionKey.arn],
          Condition: { StringEquals: { "kms:ViaService": [encryptionKey.viaService] } },
        },
      ],
    });

    account.iam.forgetCalls();
    await account.reconcile({ encryptionKey });
    expect(account.iam.writes).toEqual([]);
    await account.reconcile();
    expect(policy()).not.toContain("kms:");
  });
});
