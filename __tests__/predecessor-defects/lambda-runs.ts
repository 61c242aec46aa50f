import { expect } from "@jest/globals";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";
import { withLambdas } from "./lambda-in-process.ts";
import type { Regression } from "./regression.ts";

/** No grace period and no brake: whatever a run takes for an orphan goes at once. */
const AT_ONCE = { orphanGraceHours: 0, maxDeletesPerRun: 5000 };
const DENIED = new FakeAwsError("AccessDeniedException", "not you", 403);

async function oneBadClusterAndRegion(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  account.addCluster("eu-west-1", "bad");
  account.eks("eu-west-1").describeFailures.set("bad", new FakeAwsError("ClientException", "not now"));
  account.eks("us-east-1").failure = new FakeAwsError("UnrecognizedClientException", "not enabled", 403);
  await withLambdas(account, {}, async ({ apply }) => {
    const answer = await apply("create");
    expect(answer).toMatchObject({ status: "partial", counts: { create: 1, kept: 1 } });
    expect(answer.problems).toEqual([
      expect.stringMatching(/cluster\/bad" could not be described: Client: not now/),
      expect.stringMatching(/^Region us-east-1 could not be listed: UnrecognizedClient: not enabled/),
    ]);
  });
  expect([...account.iam.roles.values()].map((role) => role.name)).toEqual([name]);
}

async function aHundredAndOneClusters(): Promise<void> {
  const account = new FakeAccount();
  const names = Array.from({ length: 101 }, (_, index) => account.addCluster("eu-west-1", `c-${index}`));
  expect((await account.reconcile()).counts).toEqual({ create: 101 });
  for (const name of names) expect(account.iam.role(name).inline.size).toBe(1);
}

async function destroyOfOneDeployment(): Promise<void> {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  const sharingThePath = account.addCluster("us-east-1", "prod");
  await account.reconcile({ regions: ["eu-west-1"] });
  await account.reconcile({ regions: ["us-east-1"], bucket: "another-bucket" });
  await account.reconcile({ regions: ["eu-west-1"], namePrefix: "other" });
  const theirs = account.iam.addRole({ name: "nops-ccost-prod_eu-west-1" });
  const similar = account.iam.addRole({ name: "my-nops-container-cost-role" });
  const others = account.roleName("eu-west-1", "prod", "other");

  expect(await account.destroy()).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect([...account.iam.roles.values()].map((role) => role.name).sort()).toEqual(
    [theirs.name, similar.name, others, sharingThePath].sort(),
  );
}

async function orphansOnly(): Promise<void> {
  const account = new FakeAccount();
  const failing = account.addCluster("us-east-1", "in-failed-region");
  const left = account.addCluster("ap-southeast-1", "in-left-region");
  const orphan = account.addCluster("eu-west-1", "gone");
  await account.reconcile({ regions: ["eu-west-1", "us-east-1", "ap-southeast-1"] });
  account.eks("us-east-1").failure = DENIED;
  account.eks("eu-west-1").clusters.delete("gone");

  await account.reconcile();
  expect(account.iam.role(orphan).name).toBe(orphan);
  account.advance(24);
  expect((await account.reconcile()).counts).toEqual({ delete: 1, held: 2 });
  expect([...account.iam.roles.values()].map((role) => role.name).sort()).toEqual([left, failing].sort());
}

async function clusterMadeAnew(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod", { issuerId: "OLD" });
  await account.reconcile();
  account.addCluster("eu-west-1", "prod", { issuerId: "NEW" });
  await account.reconcile();
  const { trust } = account.iam.role(name);
  expect(trust).toContain("/id/NEW");
  expect(trust).not.toContain("/id/OLD");

  account.iam.role(name).trust = trust.replace("sts.amazonaws.com", "anyone");
  expect((await account.reconcile()).counts).toEqual({ update: 1 });
  expect(account.iam.role(name).trust).toBe(trust);
}

async function everyLengthOfName(): Promise<void> {
  const account = new FakeAccount();
  for (let length = 1; length <= 100; length++) account.addCluster("ap-southeast-1", "c".repeat(length));
  account.addCluster("ap-southeast-1", `${"c".repeat(99)}d`);
  const regions = ["ap-southeast-1"];
  expect((await account.reconcile({ regions })).counts).toEqual({ create: 101 });
  // IAM's rule for a role's name.
  for (const role of account.iam.roles.values()) expect(role.name).toMatch(/^[\w+=,.@-]{1,64}$/);
  expect((await account.reconcile({ regions, ...AT_ONCE })).counts).toEqual({ unchanged: 101 });
}

/** What the predecessor's Lambdas did wrong in a run, except for identity and settings. */
export const LAMBDA_RUNS: readonly Regression[] = [
  {
    list: "lambda",
    item: 1,
    theirs: "turns one bad cluster or region into a failed apply, since its error handlers throw",
    ours: "makes the other roles, and names the bad cluster and region in the apply's answer",
    holds: oneBadClusterAndRegion,
  },
  {
    list: "lambda",
    item: 2,
    theirs: "reads the first hundred clusters of a region",
    ours: "gives the hundred and first cluster its role, too",
    holds: aHundredAndOneClusters,
  },
  {
    list: "lambda",
    item: 3,
    theirs: "deletes every role of the account with its name in it when one stack is deleted",
    ours: "deletes the roles of this deployment, and none of another or of a similar name",
    holds: destroyOfOneDeployment,
  },
  {
    list: "lambda",
    item: 4,
    theirs:
      "deletes the roles of a region that cannot be listed or is no longer included, or no orphan at all",
    ours: "keeps roles of regions that fail or are left out, and deletes a real orphan after its grace period",
    holds: orphansOnly,
  },
  {
    list: "lambda",
    item: 5,
    theirs: "never repairs a trust policy",
    ours: "trusts the issuer of a cluster made anew, and puts back what was edited by hand",
    holds: clusterMadeAnew,
  },
  {
    list: "lambda",
    item: 6,
    theirs: "asks IAM for role names longer than 64 characters",
    ours: "makes one valid and stable role name for each cluster name of 1 to 100 characters",
    holds: everyLengthOfName,
  },
];
