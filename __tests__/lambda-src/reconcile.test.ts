import { expect, test } from "@jest/globals";
import { clusterPrefix } from "../../contract/object-keys.ts";
import { TAG, WRITER_POLICY_NAME } from "../../contract/names.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";

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

test("a cluster that tells no OIDC issuer waits", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  const arn = `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/prod`;
  account.eks("eu-west-1").clusters.set("prod", { arn, name: "prod", status: "ACTIVE" });

  expect((await account.reconcile()).notes).toMatchObject([
    { kind: "waiting", reason: "the cluster has no OIDC issuer" },
  ]);
  expect(account.iam.writes).toEqual([]);
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

test("a plan for a thousand clusters is logged in lines that CloudWatch takes, each action and note once", async () => {
  const account = new FakeAccount();
  account.iam.roleQuota = 2000;
  for (let index = 0; index < 1000; index++) {
    account.addCluster(
      "eu-west-1",
      `${index}-${"x".repeat(90)}`,
      index % 2 === 0 ? {} : { status: "CREATING" },
    );
  }
  await account.reconcile();
  const lines = account.log.filter(({ message }) => message === "Plan made");
  const fields = lines.map(
    (line) => line.fields as { actions: { role: string }[]; notes: { role: string }[] },
  );
  expect(new Set(fields.flatMap(({ actions }) => actions.map(({ role }) => role))).size).toBe(500);
  expect(new Set(fields.flatMap(({ notes }) => notes.map(({ role }) => role))).size).toBe(500);
  for (const line of lines) expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThan(256_000);
  account.log.length = 0;
  await account.reconcile();
  expect(account.log.find(({ message }) => message === "Plan made")?.fields).toMatchObject({
    unchanged: 500,
  });
});
