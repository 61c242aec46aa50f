import { expect, test } from "@jest/globals";
import { TAG } from "../../contract/names.ts";
import { AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT } from "../../contract/workload-identity.ts";
import { applyPlan } from "../../lambda-src/reconcile/apply.ts";
import { observe } from "../../lambda-src/reconcile/observe.ts";
import { planRun } from "../../lambda-src/reconcile/reconcile.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

const ROLE = "nops-container-cost-prod_eu-west-1";

/** An account whose cluster is gone for longer than the grace period, and the plan that deletes its role. */
async function dueForDeletion() {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("prod");
  await account.reconcile();
  account.advance(25);
  const ports = account.ports();
  const { actions } = planRun(deployment(), await observe(deployment(), ports), account.now);
  expect(actions).toMatchObject([{ kind: "delete" }]);
  return { account, apply: () => applyPlan(actions, deployment(), ports) };
}

test("a planned deletion is done when nothing has changed", async () => {
  const { account, apply } = await dueForDeletion();
  expect(await apply()).toMatchObject([{ state: "done" }]);
  expect(account.iam.roles.size).toBe(0);
});

test("a cluster that came back after the plan keeps its role", async () => {
  const { account, apply } = await dueForDeletion();
  account.addCluster("eu-west-1", "prod");
  expect(await apply()).toMatchObject([{ state: "held", reason: "its cluster exists again" }]);
  expect(account.iam.role(ROLE).inline.size).toBe(1);
});

test("a mark that another run took away after the plan keeps the role", async () => {
  const { account, apply } = await dueForDeletion();
  account.iam.role(ROLE).tags.delete(TAG.orphanedSince);
  expect(await apply()).toMatchObject([
    { state: "held", reason: "its tag container-insights:orphaned-since changed since the plan was made" },
  ]);
  expect(account.iam.role(ROLE).inline.size).toBe(1);
});

test("a cluster that cannot be asked for again keeps its role, and that is a failure", async () => {
  const { account, apply } = await dueForDeletion();
  account.eks("eu-west-1").failure = new FakeAwsError("AccessDeniedException", "no");
  expect(await apply()).toMatchObject([{ state: "failed", reason: "AccessDenied: no" }]);
  expect(account.iam.role(ROLE).inline.size).toBe(1);
});

test("a role that serves by web identity keeps its trust while Pod Identity is taken by somebody else", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  const before = structuredClone(account.iam.role(ROLE));
  const { podIdentity } = account.eks("eu-west-1");
  const theirs = podIdentity.add({
    clusterName: "prod",
    namespace: AGENT_NAMESPACE,
    serviceAccount: EXPORTER_SERVICE_ACCOUNT,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/other`,
    tags: {},
  });
  const settings = { podIdentityClusters: ["prod"] };
  expect(await account.reconcile(settings)).toMatchObject({ status: "partial", counts: { conflict: 1 } });
  expect(account.iam.role(ROLE)).toEqual(before);
  podIdentity.associations.delete(theirs.associationId);
  expect(await account.reconcile(settings)).toMatchObject({ status: "ok", counts: { update: 1 } });
  expect(account.iam.role(ROLE).trust).toContain("pods.eks.amazonaws.com");
});

test("a trust that lets others in is put right, whoever has the association", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  const role = account.iam.role(ROLE);
  role.trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}`;
  account.eks("eu-west-1").podIdentity.add({
    clusterName: "prod",
    namespace: AGENT_NAMESPACE,
    serviceAccount: EXPORTER_SERVICE_ACCOUNT,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/other`,
    tags: {},
  });
  await account.reconcile({ podIdentityClusters: ["prod"] });
  expect(role.trust).toContain("pods.eks.amazonaws.com");
});

test("time that runs short between two changes of a role leaves the rest to the next run", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  const role = account.iam.role(ROLE);
  role.trust = "{}";
  role.inline.set("container-insights-writer", "{}");
  const write = account.iam.updateAssumeRolePolicy.bind(account.iam);
  account.iam.updateAssumeRolePolicy = async (input) => {
    await write(input);
    account.timeLeft = () => false;
  };
  expect(await account.reconcile()).toMatchObject({ status: "incomplete", counts: { skipped: 1 } });
  expect(role.inline.get("container-insights-writer")).toBe("{}");
  account.timeLeft = () => true;
  expect(await account.reconcile()).toMatchObject({ status: "ok", counts: { update: 1 } });
});
