import { expect, test } from "@jest/globals";
import { clusterPrefix } from "../../contract/object-keys.ts";
import { TAG, WRITER_POLICY_NAME } from "../../contract/names.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";

test("the first run makes one bounded, tagged role per cluster, and the second makes zero writes", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod", { issuerId: "ABCDEF" });
  account.addCluster("us-east-1", "prod", { issuerId: "123456" });

  const first = await account.reconcile();
  const role = account.iam.role(name);
  expect(first.status).toBe("ok");
  expect(first.counts).toEqual({ create: 2 });
  expect(role.path).toBe("/nops-container-cost/");
  expect(role.boundary).toBe(deployment().boundaryArn);
  expect(Object.fromEntries(role.tags)).toEqual({
    [TAG.managedBy]: "role-reconciler",
    [TAG.deployment]: `nops-container-cost-${ACCOUNT}`,
    [TAG.clusterArn]: `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod`,
  });
  expect(JSON.parse(role.trust)).toMatchObject({
    Statement: [
      {
        Principal: {
          Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF`,
        },
        Condition: {
          StringEquals: {
            "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF:aud": ["sts.amazonaws.com"],
            "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF:sub": [
              "system:serviceaccount:nops:nops-container-insights",
            ],
          },
        },
      },
    ],
  });
  const prefix = clusterPrefix("container-insights", { account: ACCOUNT, region: "eu-west-1", name: "prod" });
  expect(role.inline.get(WRITER_POLICY_NAME)).toContain(
    `arn:aws:s3:::nops-container-cost-${ACCOUNT}/${prefix}/*`,
  );

  account.iam.forgetCalls();
  const second = await account.reconcile();
  expect(account.iam.writes).toEqual([]);
  expect(second.counts).toEqual({ unchanged: 2 });
});

test("250 clusters of one region, three pages of them, all get roles and keep them", async () => {
  const account = new FakeAccount();
  for (let index = 0; index < 250; index++) account.addCluster("eu-west-1", `cluster-${index}`);

  expect((await account.reconcile()).counts).toEqual({ create: 250 });
  account.iam.forgetCalls();
  expect((await account.reconcile({ orphanGraceHours: 0 })).counts).toEqual({ unchanged: 250 });
  expect(account.iam.writes).toEqual([]);
});

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

test("a region taken out of the list keeps its roles", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.forgetCalls();

  const report = await account.reconcile({ regions: ["us-east-1"], orphanGraceHours: 0 });
  expect(account.iam.writes).toEqual([]);
  expect(report.notes).toEqual([
    expect.objectContaining({ kind: "held", role: name, reason: expect.stringContaining("include_regions") }),
  ]);
});

test("a role edited by hand is repaired: boundary first, then trust, policy, extras and tags", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  const role = account.iam.role(name);
  const wanted = structuredClone({ trust: role.trust, inline: [...role.inline], tags: [...role.tags] });
  role.boundary = undefined;
  role.trust = role.trust.replace("nops-container-insights", "*");
  role.inline.set(WRITER_POLICY_NAME, `{"Version":"2012-10-17","Statement":[]}`);
  role.inline.set("more", "{}");
  role.attached.add(ADMIN);
  role.tags.set(TAG.clusterArn, "somewhere else");
  role.tags.set("team", "finops");
  account.iam.forgetCalls();

  await account.reconcile();
  expect(account.iam.writes.map(({ call }) => call)).toEqual([
    "putRolePermissionsBoundary",
    "updateAssumeRolePolicy",
    "putRolePolicy",
    "deleteRolePolicy",
    "detachRolePolicy",
    "tagRole",
  ]);
  expect(role.boundary).toBe(deployment().boundaryArn);
  expect(role.trust).toBe(wanted.trust);
  expect([...role.inline]).toEqual(wanted.inline);
  expect([...role.attached]).toEqual([]);
  expect(Object.fromEntries(role.tags)).toEqual({ ...Object.fromEntries(wanted.tags), team: "finops" });
});

test("a role deleted by hand comes back", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.roles.clear();

  await account.reconcile();
  expect(account.iam.role(name).inline.has(WRITER_POLICY_NAME)).toBe(true);
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

test("a cluster made anew under its old name gets its new issuer trusted", async () => {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod", { issuerId: "OLD" });
  await account.reconcile();
  account.addCluster("eu-west-1", "prod", { issuerId: "NEW" });

  const report = await account.reconcile();
  expect(report.actions).toEqual([
    expect.objectContaining({ action: "update", detail: "set the trust policy" }),
  ]);
  expect(account.iam.role(name).trust).toContain("/id/NEW");
  expect(account.iam.role(name).trust).not.toContain("/id/OLD");
});

test.each(["CREATING", "PENDING"])("a cluster that is %s waits and gets no role yet", async (status) => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod", { status });

  const report = await account.reconcile();
  expect(account.iam.writes).toEqual([]);
  expect(report.notes).toEqual([expect.objectContaining({ kind: "waiting" })]);
});

test.each(["FAILED", "DELETING", "SOMETHING_NEW"])(
  "a cluster that is %s keeps the role it has",
  async (status) => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile();
    account.addCluster("eu-west-1", "prod", { status, issuerId: "OTHER" });
    account.iam.forgetCalls();

    const report = await account.reconcile({ orphanGraceHours: 0 });
    expect(account.iam.writes).toEqual([]);
    expect(report.notes).toEqual([expect.objectContaining({ kind: "kept", role: name })]);
  },
);

test("a cluster without an OIDC provider in IAM waits, with the reason", async () => {
  const account = new FakeAccount();
  account.eks("eu-west-1").addCluster("prod");

  const report = await account.reconcile();
  expect(account.iam.writes).toEqual([]);
  expect(report.notes[0]).toMatchObject({
    kind: "waiting",
    reason: expect.stringContaining("no IAM OIDC provider"),
  });
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

test("two deployments in one account do not touch each other's roles", async () => {
  const account = new FakeAccount();
  const other = { namePrefix: "other" };
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  await account.reconcile(other);
  expect(account.iam.roles.size).toBe(2);
  account.iam.forgetCalls();

  await account.reconcile();
  await account.reconcile(other);
  expect(account.iam.writes).toEqual([]);

  await account.destroy(other);
  expect([...account.iam.roles.values()].map((role) => role.path)).toEqual(["/nops-container-cost/"]);
});

test("two deployments that share a prefix by mistake conflict, and neither takes the other's role", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.iam.forgetCalls();

  const report = await account.reconcile({ bucket: "another-bucket", orphanGraceHours: 0 });
  expect(account.iam.writes).toEqual([]);
  expect(report.notes).toEqual([expect.objectContaining({ kind: "conflict" })]);
});

test.each(["/", "/nops-container-cost/"])(
  "a role of somebody else with our name at path %s is reported and untouched",
  async (path) => {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    const foreign = account.iam.addRole({ name: name.toUpperCase(), path, trust: `{"theirs":true}` });
    const before = structuredClone(foreign);

    const report = await account.reconcile({ orphanGraceHours: 0 });
    expect(account.iam.role(name)).toEqual(before);
    expect(report.problems).toEqual([expect.stringContaining("not ours")]);
    expect(report.counts).toEqual({ conflict: 1 });
  },
);

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

test("the whole plan is logged before the first write, and the report is kept in the bucket", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  let loggedBefore: string[] = [];
  account.iam.fault = (call) => {
    if (call === "createRole") loggedBefore = account.log.map((line) => line.message);
    return undefined;
  };

  const report = await account.reconcile();
  expect(loggedBefore).toContain("Plan made");
  expect(account.report).toEqual(report);
});

test("a listing of roles that fails ends the run before any write", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  account.iam.fault = (call) =>
    call === "listRoles" ? new FakeAwsError("AccessDenied", "not you", 403) : undefined;

  await expect(account.reconcile()).rejects.toThrow("not you");
  expect(account.iam.writes).toEqual([]);
});
