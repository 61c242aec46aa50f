import assert from "node:assert/strict";
import {
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  UpdatePodIdentityAssociationCommand,
  type PodIdentityAssociation,
} from "@aws-sdk/client-eks";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";
import { inspectRole, type EmulatedAws } from "./aws.ts";
import {
  expectedPolicy,
  expectedTags,
  expectedTrust,
  ROLE_PATH,
  roleNameOf,
  type TestCluster,
} from "./expected-role.ts";
import type { AccountUnderTest } from "./under-test.ts";

/** A cluster whose pods get their role by Pod Identity, though it has an OIDC provider too. */
export const POD_CLUSTER: TestCluster = { region: "eu-west-1", name: "pods-blue" };

/** The variable that says so. */
export const POD_IDENTITY_VARIABLE = '-var=pod_identity_clusters=["pods-*"]';

// The emulator answers roles without their path, so EKS takes the ARN as the reconciler knows it.
const ROLE_ARN = `arn:aws:iam::${EMULATED_ACCOUNT}:role${ROLE_PATH}${roleNameOf(POD_CLUSTER)}`;

async function associations(aws: EmulatedAws): Promise<PodIdentityAssociation[]> {
  const eks = aws.eks(POD_CLUSTER.region);
  const on = { clusterName: POD_CLUSTER.name };
  const { associations: listed = [] } = await eks.send(new ListPodIdentityAssociationsCommand(on));
  const described = listed.map(({ associationId }) =>
    eks.send(new DescribePodIdentityAssociationCommand({ ...on, associationId })),
  );
  return (await Promise.all(described)).flatMap(({ association }) => association ?? []);
}

async function assertAssociated(aws: EmulatedAws): Promise<void> {
  const found = await associations(aws);
  assert.deepEqual(
    found.map(({ namespace, serviceAccount, roleArn, tags }) => ({
      namespace,
      serviceAccount,
      roleArn,
      tags,
    })),
    [
      {
        namespace: "nops",
        serviceAccount: "nops-container-insights",
        roleArn: ROLE_ARN,
        tags: expectedTags(POD_CLUSTER),
      },
    ],
  );
}

// Written out, as in expected-role.ts.
const POD_TRUST = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "AgentPods",
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:SourceAccount": [EMULATED_ACCOUNT],
          "aws:RequestTag/eks-cluster-arn": [
            `arn:aws:eks:${POD_CLUSTER.region}:${EMULATED_ACCOUNT}:cluster/${POD_CLUSTER.name}`,
          ],
          "aws:RequestTag/kubernetes-namespace": ["nops"],
          "aws:RequestTag/kubernetes-service-account": ["nops-container-insights"],
        },
      },
    },
  ],
};

/** After the apply: the role, and the association that hands it to the exporter's pods. */
export async function checkAssociated(checks: Checks, { aws }: AccountUnderTest): Promise<void> {
  await checks.check("a Pod Identity cluster has a role for its pods only, and the association", async () => {
    const found = await inspectRole(aws, roleNameOf(POD_CLUSTER));
    assert.deepEqual(found?.trust, POD_TRUST);
    assert.deepEqual(found?.policies, { "container-insights-writer": expectedPolicy(POD_CLUSTER) });
    await assertAssociated(aws);
  });
}

/** An association deleted and one pointed elsewhere; `run` is the real Lambda. */
export async function checkAssociationDrift(
  checks: Checks,
  { aws }: AccountUnderTest,
  run: () => Promise<unknown>,
): Promise<void> {
  const eks = aws.eks(POD_CLUSTER.region);
  const change = async (work: (on: { clusterName: string; associationId: string }) => Promise<unknown>) => {
    const [found] = await associations(aws);
    assert.ok(found?.associationId);
    await work({ clusterName: POD_CLUSTER.name, associationId: found.associationId });
    await assert.rejects(assertAssociated(aws));
    await run();
    await assertAssociated(aws);
  };
  await checks.check("an association deleted by hand comes back", () =>
    change((on) => eks.send(new DeletePodIdentityAssociationCommand(on))),
  );
  await checks.check("an association pointed at another role by hand is put right", () =>
    change((on) =>
      eks.send(
        new UpdatePodIdentityAssociationCommand({
          ...on,
          roleArn: `arn:aws:iam::${EMULATED_ACCOUNT}:role/eks`,
        }),
      ),
    ),
  );
}

/** After the cluster was taken out of `pod_identity_clusters`: web identity, and no association left. */
export async function checkLeft(
  checks: Checks,
  { aws, issuers }: AccountUnderTest,
  keyPrefix: string,
): Promise<void> {
  await checks.check(
    "a cluster that left Pod Identity trusts its OIDC provider, and no association is left",
    async () => {
      const found = await inspectRole(aws, roleNameOf(POD_CLUSTER));
      assert.deepEqual(found?.trust, expectedTrust(issuers.get(POD_CLUSTER) ?? ""));
      assert.deepEqual(found?.policies, {
        "container-insights-writer": expectedPolicy(POD_CLUSTER, keyPrefix),
      });
      assert.deepEqual(await associations(aws), []);
    },
  );
}
