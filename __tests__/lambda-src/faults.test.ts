import { expect, test } from "@jest/globals";
import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

test.each(["AccessDeniedException", "ThrottlingException", "UnrecognizedClientException"])(
  "a region that fails with %s loses no role, and the others are still served",
  async (code) => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile();
    const other = account.addCluster("us-east-1", "new");
    account.eks("eu-west-1").failure = new FakeAwsError(code, "no listing today");
    account.iam.forgetCalls();

    const report = await account.reconcile({ orphanGraceHours: 0 });
    expect(account.iam.role(name).name).toBe(name);
    expect(account.iam.role(other).name).toBe(other);
    expect(account.iam.writes.map(({ call }) => call)).toEqual(["createRole", "putRolePolicy"]);
    expect(report.status).toBe("partial");
    expect(report.notes).toEqual([
      expect.objectContaining({
        kind: "held",
        role: name,
        reason: expect.stringContaining("was not completely listed"),
      }),
    ]);
    expect(report.problems[0]).toContain("eu-west-1");
  },
);

test("a region that fails on its second page is failed, not short", async () => {
  const account = new FakeAccount();
  for (let index = 0; index < 150; index++) account.addCluster("eu-west-1", `cluster-${index}`);
  await account.reconcile();
  const eks = account.eks("eu-west-1");
  const list = eks.listClusters.bind(eks);
  eks.listClusters = async (input) => {
    if (input.nextToken !== undefined) throw new FakeAwsError("ServerException", "lost the second page", 500);
    return list(input);
  };
  account.iam.forgetCalls();

  const report = await account.reconcile({ orphanGraceHours: 0, maxDeletesPerRun: 1000 });
  expect(report.regions[0]).toMatchObject({ state: "failed" });
  expect(account.iam.writes).toEqual([]);
  expect(account.iam.roles.size).toBe(150);
});

test("a role whose policy could not be put after it was created is completed by the next run", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  account.iam.fault = (call) =>
    call === "putRolePolicy" ? new FakeAwsError("MalformedPolicyDocumentException", "no") : undefined;

  const report = await account.reconcile();
  expect(report.status).toBe("failed");
  expect(account.iam.role(name).inline.size).toBe(0);

  account.iam.fault = () => undefined;
  expect((await account.reconcile()).counts).toEqual({ update: 1 });
  expect(account.iam.role(name).inline.has(WRITER_POLICY_NAME)).toBe(true);
});

test("a cluster that cannot be described keeps its role and does not fail its region", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "denied");
  await account.reconcile();
  const fine = account.addCluster("eu-west-1", "fine");
  account.eks("eu-west-1").describeFailures.set("denied", new FakeAwsError("AccessDeniedException", "no"));

  const report = await account.reconcile({ orphanGraceHours: 0 });
  expect(account.iam.roles.size).toBe(2);
  expect(account.iam.role(fine).name).toBe(fine);
  expect(report.notes).toEqual([
    expect.objectContaining({ kind: "kept", reason: expect.stringContaining("AccessDenied: no") }),
  ]);
});

test("a quota stops further creations at once and is reported as what it is", async () => {
  const account = new FakeAccount();
  for (const name of ["a", "b", "c"]) account.addCluster("eu-west-1", name);
  account.iam.roleQuota = 1;

  const report = await account.reconcile();
  expect(account.iam.calls.filter(({ call }) => call === "createRole")).toHaveLength(2);
  expect(report.status).toBe("failed");
  expect(report.problems.join()).toContain("RolesPerAccount");
});

test("throttles, concurrent modifications and a role not yet visible are retried", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  const seen = new Set<string>();
  account.iam.fault = (call) => {
    if (seen.has(call)) return undefined;
    seen.add(call);
    if (call === "putRolePolicy") return new FakeAwsError("NoSuchEntityException", "not settled", 404);
    if (call === "createRole") return new FakeAwsError("ConcurrentModificationException", "busy", 409);
    return new FakeAwsError("ThrottlingException", "Rate exceeded");
  };

  const report = await account.reconcile();
  expect(report.counts).toEqual({ create: 1 });
});

test("when time runs short nothing more is started, and the next run continues", async () => {
  const account = new FakeAccount();
  for (const name of ["a", "b", "c"]) account.addCluster("eu-west-1", name);
  let looks = 0;
  account.timeLeft = () => ++looks <= 1;

  const report = await account.reconcile();
  expect(report.status).toBe("incomplete");
  expect(report.counts).toEqual({ create: 1, skipped: 2 });

  account.timeLeft = () => true;
  expect((await account.reconcile()).counts).toEqual({ create: 2, unchanged: 1 });
});

test("a listing of roles that fails ends the run before any write", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  account.iam.fault = (call) =>
    call === "listRoles" ? new FakeAwsError("AccessDenied", "not you", 403) : undefined;

  await expect(account.reconcile()).rejects.toThrow("not you");
  expect(account.iam.writes).toEqual([]);
});
