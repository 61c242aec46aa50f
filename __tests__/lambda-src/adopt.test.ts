import { describe, expect, test } from "@jest/globals";
import { MANAGED_BY, TAG } from "../../contract/names.ts";
import { AGENT_NAMESPACE } from "../../contract/workload-identity.ts";
import { readCrudEvent } from "../../lambda-src/reconcile/crud-event.ts";
import { timedLook } from "../../lambda-src/reconcile/look.ts";
import { ACCOUNT, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

const BEFORE = { bucket: "cost-data" };
const AFTER = { bucket: "cost-data-2" };

async function accountOf(bucket: string): Promise<FakeAccount> {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile({ bucket });
  return account;
}

const ROLE = "nops-container-cost-prod_eu-west-1";

test("an apply that gives the deployment another bucket takes its roles along, in one run", async () => {
  const account = await accountOf(BEFORE.bucket);
  const report = await account.reconcile({ ...AFTER, formerBucket: BEFORE.bucket });
  expect(report).toMatchObject({ status: "ok", counts: { adopt: 1, update: 1 } });
  const role = account.iam.role(ROLE);
  expect(role.tags.get(TAG.deployment)).toBe(AFTER.bucket);
  expect(role.inline.get("container-insights-writer")).toContain("arn:aws:s3:::cost-data-2/");
});

test("the tag comes first: before it, IAM allows no other change of the role", async () => {
  const account = await accountOf(BEFORE.bucket);
  account.iam.forgetCalls();
  await account.reconcile({ ...AFTER, formerBucket: BEFORE.bucket });
  expect(account.iam.writes.map(({ call }) => call)).toEqual(["tagRole", "putRolePolicy"]);
});

test("roles of any other deployment stay its own", async () => {
  const account = await accountOf("somebody-elses");
  const before = structuredClone(account.iam.role(ROLE));
  const report = await account.reconcile({ ...AFTER, formerBucket: BEFORE.bucket });
  expect(report).toMatchObject({ status: "partial", counts: { conflict: 1 } });
  expect(account.iam.role(ROLE)).toEqual(before);
});

test("a scheduled run knows no former bucket: what carries another's tag is a conflict", async () => {
  const account = await accountOf(BEFORE.bucket);
  expect(await account.reconcile(AFTER)).toMatchObject({ status: "partial", counts: { conflict: 1 } });
});

test("an orphan of the former bucket is taken over first, and deleted by the next run: the grace period goes on", async () => {
  const account = await accountOf(BEFORE.bucket);
  account.eks("eu-west-1").clusters.delete("prod");
  await account.reconcile(BEFORE);
  account.advance(25);
  const taken = await account.reconcile({ ...AFTER, formerBucket: BEFORE.bucket });
  expect(taken).toMatchObject({ status: "ok", counts: { adopt: 1, held: 1 } });
  expect(await account.reconcile(AFTER)).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect(account.iam.roles.size).toBe(0);
});

// Terraform keeps the input of a failed update, so it never calls with this former bucket again.
describe("an adoption that is not finished", () => {
  const CHANGED = { ...AFTER, formerBucket: BEFORE.bucket };
  const WAY_ON =
    "npx container-insights roles apply --regions eu-west-1,us-east-1 --name-prefix nops-container-cost --bucket cost-data-2 --former-bucket cost-data";

  test("fails the run where a role could not be tagged, and says how to go on", async () => {
    const account = await accountOf(BEFORE.bucket);
    account.iam.fault = (call) =>
      call === "tagRole" ? new FakeAwsError("AccessDenied", "no", 403) : undefined;
    const report = await account.reconcile(CHANGED);
    expect(report.status).toBe("failed");
    expect(report.problems[0]).toContain(
      `The roles of the bucket "cost-data" are not all taken over: role "${ROLE}" (AccessDenied: no); `,
    );
    expect(report.problems[0]).toContain(WAY_ON);
  });

  test("fails the run where time ran short before the tag", async () => {
    const account = await accountOf(BEFORE.bucket);
    account.timeLeft = () => false;
    const report = await account.reconcile(CHANGED);
    expect(report.status).toBe("failed");
    expect(report.problems[0]).toContain(WAY_ON);
    expect(account.iam.role(ROLE).tags.get(TAG.deployment)).toBe(BEFORE.bucket);
  });

  test("fails the run where a role could not be read, because nobody knows whose it is", async () => {
    const account = await accountOf(BEFORE.bucket);
    account.iam.fault = (call) =>
      call === "getRole" ? new FakeAwsError("AccessDenied", "no", 403) : undefined;
    const report = await account.reconcile(CHANGED);
    expect(report.status).toBe("failed");
    expect(report.problems[0]).toContain(`role "${ROLE}" (AccessDenied: no)`);
  });

  test("fails the run where there was no time to read a role", async () => {
    const account = await accountOf(BEFORE.bucket);
    const report = await account.reconcile(CHANGED, { look: timedLook(account.now, () => false) });
    expect(report.status).toBe("failed");
    expect(report.problems[0]).toContain(WAY_ON);
  });

  test("is finished by a later run that is told the former bucket", async () => {
    const account = await accountOf(BEFORE.bucket);
    account.timeLeft = () => false;
    await account.reconcile(CHANGED);
    account.timeLeft = () => true;
    expect(await account.reconcile(CHANGED)).toMatchObject({ status: "ok", counts: { adopt: 1, update: 1 } });
    expect(await account.reconcile(CHANGED)).toMatchObject({ status: "ok", counts: { unchanged: 1 } });
  });

  test("is not what a region is that cannot be listed: its roles are taken over, and the apply goes on", async () => {
    const account = await accountOf(BEFORE.bucket);
    account.addCluster("us-east-1", "prod");
    account.eks("eu-west-1").failure = new FakeAwsError("AccessDeniedException", "no", 403);
    expect(await account.reconcile(CHANGED)).toMatchObject({ status: "partial", counts: { adopt: 1 } });
    expect(account.iam.role(ROLE).tags.get(TAG.deployment)).toBe(AFTER.bucket);
  });
});

describe("Pod Identity associations of the former bucket", () => {
  const PODS = { podIdentityClusters: ["prod"] };
  const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost/${ROLE}`;
  const CHANGED = { ...AFTER, formerBucket: BEFORE.bucket };

  async function withPods() {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    await account.reconcile({ ...BEFORE, ...PODS });
    const { podIdentity } = account.eks("eu-west-1");
    podIdentity.writes.length = 0;
    return { account, podIdentity, calls: () => podIdentity.writes.map(({ call }) => call) };
  }

  test("are taken over with the role", async () => {
    const { account, podIdentity, calls } = await withPods();
    expect(await account.reconcile({ ...CHANGED, ...PODS })).toMatchObject({ status: "ok" });
    expect(calls()).toEqual(["tagResource"]);
    expect([...podIdentity.associations.values()]).toMatchObject([
      { roleArn: ROLE_ARN, tags: { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: AFTER.bucket } },
    ]);
    expect(await account.reconcile({ ...AFTER, ...PODS })).toMatchObject({ counts: { unchanged: 1 } });
    expect(await account.destroy({ ...AFTER, ...PODS })).toMatchObject({ status: "ok" });
    expect(podIdentity.associations.size).toBe(0);
  });

  test("associations of others are not", async () => {
    const { account, podIdentity, calls } = await withPods();
    const theirs = podIdentity.add({
      clusterName: "prod",
      namespace: AGENT_NAMESPACE,
      serviceAccount: "theirs",
      roleArn: ROLE_ARN,
      tags: { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: "somebody-elses" },
    });
    const before = structuredClone(theirs);
    await account.reconcile({ ...CHANGED, ...PODS });
    expect(calls()).toEqual(["tagResource"]);
    expect(podIdentity.associations.get(theirs.associationId)).toEqual(before);
  });

  test("are taken over before they are put right, which EKS allows only then", async () => {
    const { account, podIdentity, calls } = await withPods();
    for (const one of podIdentity.associations.values()) one.roleArn = `arn:aws:iam::${ACCOUNT}:role/other`;
    expect(await account.reconcile({ ...CHANGED, ...PODS })).toMatchObject({ status: "ok" });
    expect(calls()).toEqual(["tagResource", "updatePodIdentityAssociation"]);
    expect([...podIdentity.associations.values()]).toMatchObject([{ roleArn: ROLE_ARN }]);
  });

  test("are taken over and removed where the cluster leaves Pod Identity with the same apply", async () => {
    const { account, podIdentity, calls } = await withPods();
    expect(await account.reconcile(CHANGED)).toMatchObject({ status: "ok" });
    expect(calls()).toEqual(["tagResource", "deletePodIdentityAssociation"]);
    expect(podIdentity.associations.size).toBe(0);
  });

  test("fail the run where they could not be seen, though their roles are taken over", async () => {
    const { account } = await withPods();
    const denied = new FakeAwsError("AccessDeniedException", "no", 403);
    account.eks("eu-west-1").podIdentityFailures.set("prod", denied);
    const ofCluster = await account.reconcile({ ...CHANGED, ...PODS });
    expect(ofCluster.status).toBe("failed");
    expect(ofCluster.problems[0]).toMatch(/the associations of cluster "\S+prod" \(AccessDenied: no\); /);
    account.eks("us-east-1").failure = denied;
    const ofRegion = await account.reconcile({ ...CHANGED, ...PODS });
    expect(ofRegion.problems[0]).toContain("the associations in us-east-1 (AccessDenied: no)");
  });

  test("fail the run while one is left, with the way on", async () => {
    const { account, podIdentity } = await withPods();
    podIdentity.tagResource = async () => {
      throw new FakeAwsError("AccessDeniedException", "no", 403);
    };
    const report = await account.reconcile({ ...CHANGED, ...PODS });
    expect(report.status).toBe("failed");
    expect(report.problems[0]).toMatch(/not all taken over: role .* --former-bucket cost-data/);
  });
});

test("the former bucket is that of the apply before, and of an update only", () => {
  const settings = { DEPLOYMENT_BUCKET: "cost-data", NAME_PREFIX: "nops-container-cost" };
  const event = (action: string, prev_input: unknown) => ({ tf: { action, prev_input } });
  expect(readCrudEvent(event("update", { settings }))).toEqual({
    action: "update",
    formerBucket: "cost-data",
  });
  expect(readCrudEvent(event("update", {}))).toEqual({ action: "update", formerBucket: undefined });
  expect(readCrudEvent(event("create", { settings }))).toEqual({ action: "create", formerBucket: undefined });
});
