import { expect, test } from "@jest/globals";
import { TAG } from "../../contract/names.ts";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";

async function accountWithOrphan(): Promise<{ account: FakeAccount; name: string }> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "old");
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("old");
  account.iam.forgetCalls();
  return { account, name };
}

test("an orphan is first marked, waits for the grace period, and then goes", async () => {
  const { account, name } = await accountWithOrphan();

  expect((await account.reconcile()).counts).toEqual({ "mark-orphan": 1, unchanged: 1 });
  expect(account.iam.role(name).tags.get(TAG.orphanedSince)).toBe("2026-11-24T06:00:00.000Z");

  account.advance(23);
  account.iam.forgetCalls();
  expect((await account.reconcile()).notes).toEqual([
    expect.objectContaining({ kind: "held", reason: expect.stringContaining("2026-11-25T06:00:00.000Z") }),
  ]);
  expect(account.iam.writes).toEqual([]);

  account.advance(1);
  expect((await account.reconcile()).counts).toEqual({ delete: 1, unchanged: 1 });
  expect(account.iam.roles.has(name)).toBe(false);
});

test.each(["", "soon", "1", "since 2001", "2026-11-01", "Tue Nov 24 2020"])(
  "a mark that no run has written, such as %j, does not shorten the grace period: it is written anew",
  async (mark) => {
    const { account, name } = await accountWithOrphan();
    account.iam.role(name).tags.set(TAG.orphanedSince, mark);

    expect((await account.reconcile()).counts).toEqual({ "mark-orphan": 1, unchanged: 1 });
    expect(account.iam.role(name).tags.get(TAG.orphanedSince)).toBe("2026-11-24T06:00:00.000Z");
  },
);

test("without a grace period an orphan goes in the run that finds it, attached policies and all", async () => {
  const { account, name } = await accountWithOrphan();
  account.iam.role(name).attached.add(ADMIN);
  account.iam.role(name).inline.set("more", "{}");

  expect((await account.reconcile({ orphanGraceHours: 0 })).counts).toEqual({ delete: 1, unchanged: 1 });
  expect(account.iam.roles.has(name)).toBe(false);
});

test("a cluster that comes back within the grace period clears the mark", async () => {
  const { account, name } = await accountWithOrphan();
  await account.reconcile();
  account.addCluster("eu-west-1", "old", { status: "CREATING" });

  expect((await account.reconcile()).counts).toMatchObject({ "clear-orphan": 1 });
  expect(account.iam.role(name).tags.has(TAG.orphanedSince)).toBe(false);

  account.iam.role(name).tags.set(TAG.orphanedSince, "2026-11-24T06:00:00.000Z");
  account.addCluster("eu-west-1", "old");
  expect((await account.reconcile()).actions).toEqual([
    expect.objectContaining({ action: "update", detail: "set the tags" }),
  ]);
  expect(account.iam.role(name).tags.has(TAG.orphanedSince)).toBe(false);
});

test("a mark that is no date starts the grace period again", async () => {
  const { account, name } = await accountWithOrphan();
  // The last two are dates to JavaScript: the years 2001.
  for (const mark of ["long ago", "1", "since 2001"]) {
    account.iam.role(name).tags.set(TAG.orphanedSince, mark);
    expect((await account.reconcile()).counts).toMatchObject({ "mark-orphan": 1 });
  }
});

test("a cluster that no listing names but that still answers keeps its role", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "shy");
  await account.reconcile();
  account.eks("eu-west-1").unlisted.add("shy");

  const report = await account.reconcile({ orphanGraceHours: 0 });
  expect(account.iam.role(name).name).toBe(name);
  expect(report.notes[0]).toMatchObject({ kind: "held", reason: expect.stringContaining("still answers") });
});

test("a cluster that cannot be asked for keeps its role", async () => {
  const { account, name } = await accountWithOrphan();
  account.eks("eu-west-1").describeFailures.set("old", new FakeAwsError("AccessDeniedException", "no"));

  const report = await account.reconcile({ orphanGraceHours: 0 });
  expect(account.iam.role(name).name).toBe(name);
  expect(report.notes[0]).toMatchObject({
    kind: "held",
    reason: expect.stringContaining("could not be asked"),
  });
});

test("a role of ours whose cluster tag is gone or broken is held", async () => {
  const { account, name } = await accountWithOrphan();
  account.iam.role(name).tags.delete(TAG.clusterArn);
  expect((await account.reconcile({ orphanGraceHours: 0 })).notes[0]).toMatchObject({
    kind: "held",
    role: name,
  });

  account.iam.role(name).tags.set(TAG.clusterArn, "arn:aws:eks:eu-west-1:999999999999:cluster/old");
  expect((await account.reconcile({ orphanGraceHours: 0 })).notes[0]).toMatchObject({
    kind: "held",
    role: name,
  });
  expect(account.iam.role(name).name).toBe(name);
});

test("more orphans than the brake allows are all held", async () => {
  const account = new FakeAccount();
  for (let index = 0; index < 4; index++) account.addCluster("eu-west-1", `cluster-${index}`);
  await account.reconcile();
  account.eks("eu-west-1").clusters.clear();
  account.iam.forgetCalls();

  const braked = await account.reconcile({ orphanGraceHours: 0, maxDeletesPerRun: 3 });
  expect(account.iam.writes).toEqual([]);
  expect(braked.counts).toEqual({ braked: 4 });
  expect(braked.notes[0]?.reason).toContain("4 roles are due");

  expect((await account.reconcile({ orphanGraceHours: 0, maxDeletesPerRun: 4 })).counts).toEqual({
    delete: 4,
  });
});

test.each([
  [TAG.deployment, "somebody"],
  [TAG.clusterArn, "arn:aws:eks:eu-west-1:123456789012:cluster/prod"],
])("a role whose tag %s changes between plan and deletion stays", async (key, value) => {
  const { account, name } = await accountWithOrphan();
  let reads = 0;
  account.iam.fault = (call, role) => {
    if (call === "getRole" && role === name && ++reads === 2) account.iam.role(name).tags.set(key, value);
    return undefined;
  };

  const report = await account.reconcile({ orphanGraceHours: 0 });
  expect(report.actions).toEqual([expect.objectContaining({ action: "delete", state: "held" })]);
  expect(account.iam.role(name).name).toBe(name);
});

test("a role somebody put into an instance profile fails alone", async () => {
  const { account, name } = await accountWithOrphan();
  account.iam.role(name).instanceProfiles = 1;

  const report = await account.reconcile({ orphanGraceHours: 0 });
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([expect.stringContaining("DeleteConflict")]);
});
