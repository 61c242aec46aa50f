import { describe, expect, test } from "@jest/globals";
import { MANAGED_BY, TAG } from "../../contract/names.ts";
import { AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT } from "../../contract/workload-identity.ts";
import { diffAssociations } from "../../lambda-src/reconcile/pod-identity.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";

const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost/role`;
const OTHER_ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/other`;
const { bucket } = deployment();
const OURS = { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: bucket };
const POD_IDENTITY = { podIdentityClusters: ["pods"] };

describe("an association with another role", () => {
  const change = (tags: Readonly<Record<string, string>>) => {
    const found = { id: "a-1", serviceAccount: EXPORTER_SERVICE_ACCOUNT, roleArn: OTHER_ROLE_ARN, tags };
    return diffAssociations([found], ROLE_ARN, { bucket });
  };

  test("is put right while it carries all of our tags", () => {
    expect(change(OURS)).toMatchObject({ changes: [{ kind: "reassociate", id: "a-1" }], conflicts: [] });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["of another deployment", { ...OURS, [TAG.deployment]: "another" }],
    ["of this deployment's name that somebody else manages", { ...OURS, [TAG.managedBy]: "terraform" }],
  ])("%s is a conflict", (_case, tags) => {
    expect(change(tags)).toMatchObject({ changes: [], conflicts: [expect.stringContaining("a-1")] });
  });
});

function accountWithCluster(): FakeAccount {
  const account = new FakeAccount();
  account.eks("eu-west-1").addCluster("pods");
  return account;
}

test("somebody who is faster to associate the service account with another role is not overruled", async () => {
  const account = accountWithCluster();
  const { podIdentity } = account.eks("eu-west-1");
  const create = podIdentity.createPodIdentityAssociation.bind(podIdentity);
  podIdentity.createPodIdentityAssociation = (input) => {
    const { clusterName, serviceAccount } = input;
    podIdentity.add({
      clusterName,
      namespace: AGENT_NAMESPACE,
      serviceAccount,
      roleArn: OTHER_ROLE_ARN,
      tags: {},
    });
    return create(input);
  };

  const report = await account.reconcile(POD_IDENTITY);
  expect(report.status).toBe("failed");
  expect(report.problems).toEqual([
    expect.stringContaining(`was associated with "${OTHER_ROLE_ARN}" since the plan was made`),
  ]);
  expect([...podIdentity.associations.values()]).toMatchObject([{ roleArn: OTHER_ROLE_ARN }]);
});

test("a destroy right after the setting changed still removes the association that the role's trust tells of", async () => {
  const account = accountWithCluster();
  await account.reconcile(POD_IDENTITY);
  expect(account.eks("eu-west-1").podIdentity.associations.size).toBe(1);
  expect(await account.destroy({ podIdentityClusters: [] })).toMatchObject({ status: "ok" });
  expect(account.eks("eu-west-1").podIdentity.associations.size).toBe(0);
});
