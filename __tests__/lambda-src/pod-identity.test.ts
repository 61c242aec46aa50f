import { expect, test } from "@jest/globals";
import { MANAGED_BY, TAG } from "../../contract/names.ts";
import { AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT } from "../../contract/workload-identity.ts";
import { ACCOUNT, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

const POD_IDENTITY = { podIdentityClusters: ["pods-*"] };
const ROLE = "nops-container-cost-pods-1_eu-west-1";
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost/${ROLE}`;
const OTHER_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/other`;

function accountWithCluster(status = "ACTIVE"): FakeAccount {
  const account = new FakeAccount();
  account.eks("eu-west-1").addCluster("pods-1", status);
  return account;
}

function associations(account: FakeAccount) {
  return [...account.eks("eu-west-1").podIdentity.associations.values()];
}

function foreignAssociation(account: FakeAccount, roleArn = OTHER_ROLE_ARN) {
  return account.eks("eu-west-1").podIdentity.add({
    clusterName: "pods-1",
    namespace: AGENT_NAMESPACE,
    serviceAccount: EXPORTER_SERVICE_ACCOUNT,
    roleArn,
    tags: {},
  });
}

test("a cluster of pod_identity_clusters gets a role and an association, without any OIDC provider", async () => {
  const account = accountWithCluster();
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { create: 1 } });
  expect(associations(account)).toMatchObject([
    {
      clusterName: "pods-1",
      namespace: "nops",
      serviceAccount: "nops-container-insights",
      roleArn: ROLE_ARN,
    },
  ]);
  expect(JSON.parse(account.iam.role(ROLE).trust)).toMatchObject({
    Statement: [
      {
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:SourceAccount": [ACCOUNT],
            "aws:RequestTag/eks-cluster-arn": [`arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/pods-1`],
            "aws:RequestTag/kubernetes-namespace": ["nops"],
            "aws:RequestTag/kubernetes-service-account": ["nops-container-insights"],
          },
        },
      },
    ],
  });
});

test("a second run writes nothing, neither to IAM nor to EKS", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  account.iam.forgetCalls();
  account.eks("eu-west-1").podIdentity.writes.length = 0;
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { unchanged: 1 } });
  expect(account.iam.writes).toEqual([]);
  expect(account.eks("eu-west-1").podIdentity.writes).toEqual([]);
});

test("an association deleted by hand comes back, and one that names another role of ours is put right", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  account.eks("eu-west-1").podIdentity.associations.clear();
  await account.reconcile(POD_IDENTITY);
  expect(associations(account)).toMatchObject([{ roleArn: ROLE_ARN }]);
  for (const association of associations(account)) association.roleArn = OTHER_ROLE_ARN;
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { update: 1 } });
  expect(associations(account)).toMatchObject([{ roleArn: ROLE_ARN }]);
});

test("a role deleted by hand comes back, and the association that names it stays", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  const [before] = associations(account);
  account.iam.roles.delete(ROLE);
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { create: 1 } });
  expect(associations(account)).toEqual([before]);
});

test("an association of somebody else's is a conflict, and stays", async () => {
  const account = accountWithCluster();
  const theirs = foreignAssociation(account);
  const report = await account.reconcile(POD_IDENTITY);
  expect(report.status).toBe("partial");
  expect(report.problems).toEqual([
    `Cannot make role "${ROLE}": service account "nops-container-insights" of its cluster has the Pod Identity association "${theirs.associationId}" with "${OTHER_ROLE_ARN}", which is not ours; delete that association, or take the cluster out of pod_identity_clusters`,
  ]);
  expect(associations(account)).toEqual([theirs]);
});

test("an association that somebody else made with the cluster's role is as good as ours", async () => {
  const account = accountWithCluster();
  const theirs = foreignAssociation(account, ROLE_ARN);
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok" });
  expect(associations(account)).toEqual([theirs]);
});

test("associations of ours for a service account that no longer writes go; those of others stay", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  const { podIdentity } = account.eks("eu-west-1");
  const old = { clusterName: "pods-1", namespace: AGENT_NAMESPACE, roleArn: ROLE_ARN };
  const tags = { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: `nops-container-cost-${ACCOUNT}` };
  podIdentity.add({ ...old, serviceAccount: "retired", tags });
  podIdentity.add({ ...old, serviceAccount: "theirs", tags: {} });
  await account.reconcile(POD_IDENTITY);
  expect(associations(account).map(({ serviceAccount }) => serviceAccount)).toEqual([
    "nops-container-insights",
    "theirs",
  ]);
});

test("a cluster that leaves Pod Identity loses our association and trusts its OIDC provider", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  account.addCluster("eu-west-1", "pods-1");
  foreignAssociation(account);
  account.eks("eu-west-1").podIdentity.associations.clear();
  await account.reconcile(POD_IDENTITY);
  expect(associations(account)).toHaveLength(1);
  expect(await account.reconcile()).toMatchObject({ status: "ok", counts: { update: 1 } });
  expect(associations(account)).toEqual([]);
  expect(account.iam.role(ROLE).trust).toContain("oidc-provider/");
  expect(await account.reconcile()).toMatchObject({ counts: { unchanged: 1 } });
});

test("a switch away that fails halfway is finished by the next run", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  const [association] = associations(account);
  account.eks("eu-west-1").podIdentityFailures.set("pods-1", new FakeAwsError("ServerException", "no", 500));
  const issuer = account.eks("eu-west-1").clusters.get("pods-1")?.identity?.oidc?.issuer ?? "";
  account.iam.providers.add(`arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.replace("https://", "")}`);
  expect(await account.reconcile()).toMatchObject({ status: "failed" });
  expect(associations(account)).toEqual([association]);
  account.eks("eu-west-1").podIdentityFailures.clear();
  expect(await account.reconcile()).toMatchObject({ status: "ok" });
  expect(associations(account)).toEqual([]);
});

test("a cluster whose associations cannot be read keeps its role as it is, and is a problem", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  const before = structuredClone(account.iam.role(ROLE));
  account.eks("eu-west-1").podIdentityFailures.set("pods-1", new FakeAwsError("AccessDeniedException", "no"));
  const report = await account.reconcile(POD_IDENTITY);
  expect(report).toMatchObject({ status: "partial", counts: { kept: 1 } });
  expect(report.problems).toEqual([
    `Pod Identity associations of cluster "arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/pods-1" could not be read: AccessDenied: no; its role is left as it is`,
  ]);
  expect(account.iam.role(ROLE)).toEqual(before);
});

test("a destroy removes the association before the role", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  const theirs = account.eks("eu-west-1").podIdentity.add({
    clusterName: "pods-1",
    namespace: AGENT_NAMESPACE,
    serviceAccount: "theirs",
    roleArn: ROLE_ARN,
    tags: {},
  });
  expect(await account.destroy(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect(associations(account)).toEqual([theirs]);
  expect(account.iam.roles.size).toBe(0);
});

test("a cluster that is gone takes its associations along: its role is deleted after the grace period", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  account.eks("eu-west-1").clusters.delete("pods-1");
  await account.reconcile(POD_IDENTITY);
  account.advance(25);
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { delete: 1 } });
  expect(account.iam.roles.size).toBe(0);
});

test("clusters are told apart by their names: one account has both modes", async () => {
  const account = accountWithCluster();
  account.addCluster("eu-west-1", "web-1");
  expect(await account.reconcile(POD_IDENTITY)).toMatchObject({ status: "ok", counts: { create: 2 } });
  expect(account.iam.role("nops-container-cost-web-1_eu-west-1").trust).toContain("oidc-provider/");
  expect(account.iam.role(ROLE).trust).toContain("pods.eks.amazonaws.com");
});
