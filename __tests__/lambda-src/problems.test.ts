import { expect, test } from "@jest/globals";
import { ACCOUNT, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

// A run is "ok" only when it did its work: the schedule, and so its alarm, knows nothing else.

const DENIED = new FakeAwsError("AccessDeniedException", "no");

function arn(cluster: string): string {
  return `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/${cluster}`;
}

test("a cluster that cannot be described is a problem, and the run partial", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "denied");
  account.addCluster("eu-west-1", "fine");
  account.eks("eu-west-1").describeFailures.set("denied", DENIED);

  expect(await account.reconcile()).toMatchObject({
    status: "partial",
    counts: { create: 1, kept: 1 },
    problems: [
      `Cluster "${arn("denied")}" could not be described: AccessDenied: no; its role is left as it is`,
    ],
  });
});

test("when no cluster can be described nothing was seen, and the run is failed", async () => {
  const account = new FakeAccount();
  for (const cluster of ["a", "b"]) {
    account.addCluster("eu-west-1", cluster);
    account.eks("eu-west-1").describeFailures.set(cluster, DENIED);
  }

  const report = await account.reconcile();
  expect(report).toMatchObject({ status: "failed", counts: { kept: 2 } });
  expect(report.problems).toHaveLength(2);
});

test("a role that cannot be read is a problem", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.fault = (call) =>
    call === "getRole" ? new FakeAwsError("AccessDenied", "no", 403) : undefined;

  expect(await account.reconcile()).toMatchObject({
    status: "partial",
    counts: { held: 1 },
    problems: [`Role "${name}" could not be read: AccessDenied: no; it is left as it is`],
  });
});

test("an orphan whose cluster cannot be asked for is a problem", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "old");
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("old");
  account.eks("eu-west-1").describeFailures.set("old", DENIED);

  expect(await account.reconcile()).toMatchObject({
    status: "partial",
    problems: [`Cluster "${arn("old")}" could not be asked for: AccessDenied: no; its role is left as it is`],
  });
});

test("the brake is one problem, however many roles it holds", async () => {
  const account = new FakeAccount();
  for (const cluster of ["a", "b", "c", "d"]) account.addCluster("eu-west-1", cluster);
  await account.reconcile();
  account.eks("eu-west-1").clusters.clear();

  expect(await account.reconcile({ orphanGraceHours: 0, maxDeletesPerRun: 3 })).toMatchObject({
    status: "partial",
    counts: { braked: 4 },
    problems: [expect.stringMatching(/^Roles "[^"]+", "[^"]+", "[^"]+" and 1 more stay: 4 roles are due/)],
  });
});

test("a name that is taken below our path is a problem of the plan", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  account.iam.addRole({ name, path: "/nops-container-cost/" });

  expect(await account.reconcile()).toMatchObject({
    status: "partial",
    problems: [expect.stringContaining(`Cannot make role "${name}": a role of this name exists`)],
  });
});

test("a grace period and a region taken out of the list are rules at work, and ok", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "old");
  account.addCluster("us-east-1", "prod");
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("old");
  await account.reconcile();

  const settled = { status: "ok", problems: [], counts: { held: 1 } };
  expect(await account.reconcile()).toMatchObject(settled);
  expect(await account.reconcile({ regions: ["eu-west-1"] })).toMatchObject({
    ...settled,
    counts: { held: 2 },
  });
});
