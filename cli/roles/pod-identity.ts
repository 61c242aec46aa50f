import { parseClusterArn, type Cluster } from "../../contract/cluster-arn.ts";
import { clusterRoleArn } from "../../contract/names.ts";
import {
  AGENT_NAMESPACE,
  oidcProviderArn,
  STS_AUDIENCE,
  WRITER_SERVICE_ACCOUNTS,
  type IdentityMode,
} from "../../contract/workload-identity.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { ActualAssociation, Deployment, ObservedCluster } from "../../lambda-src/reconcile/model.ts";
import { adoptAssociations, identityMode, ownsAssociation } from "../../lambda-src/reconcile/pod-identity.ts";
import type { Step } from "./step.ts";

/** What has to be there for the agent's pods to get the role. */
export interface PodNeeds {
  readonly identity: IdentityMode;
  readonly namespace: string;
  readonly serviceAccounts: readonly string[];
  readonly roleArn: string;
  /** The chart's values that say so. */
  readonly chartValues: Readonly<Record<string, string>>;
  /** One sentence each. */
  readonly needs: readonly string[];
}

function observed({ observation }: Inventory, { arn, region }: Cluster): ObservedCluster | undefined {
  const seen = observation.regions.find((one) => one.region === region);
  return seen?.state === "complete" ? seen.clusters.find((cluster) => cluster.arn === arn) : undefined;
}

function providerStep({ deployment, observation }: Inventory, cluster: ObservedCluster): Step {
  const question = "Can the cluster's pods prove who they are? (web identity)";
  const { issuer } = cluster;
  if (issuer === undefined)
    return { question, finding: "stop", answer: "no: the cluster has no OIDC issuer" };
  const provider = oidcProviderArn(deployment.partition, deployment.account, issuer);
  const details = [`issuer ${issuer}`, `provider ${provider}`];
  return observation.oidcProviders.includes(provider)
    ? { question, finding: "ok", answer: "yes: the account has the IAM OIDC provider of its issuer", details }
    : {
        question,
        finding: "stop",
        answer: "no: the account has no IAM OIDC provider of its issuer",
        details,
      };
}

function associationLine(association: ActualAssociation, deployment: Deployment): string {
  const { id, serviceAccount, roleArn } = association;
  return `service account "${serviceAccount}" has ${roleArn} (${id}, ${ownerOf(association, deployment)})`;
}

function ownerOf(association: ActualAssociation, deployment: Deployment): string {
  if (ownsAssociation(association, deployment)) return "ours";
  const isTakenOver = adoptAssociations([association], deployment).retags.length > 0;
  return isTakenOver ? "the former bucket's" : "not ours";
}

function associationStep({ deployment }: Inventory, { associations, problem }: ObservedCluster): Step {
  const question = "Which service accounts have a role? (Pod Identity)";
  if (associations === undefined) {
    return {
      question,
      finding: "unknown",
      answer: `that was not read: ${problem ?? "the cluster is not ready"}`,
    };
  }
  const details = associations.map((association) => associationLine(association, deployment));
  return {
    question,
    finding: "ok",
    answer: `${associations.length} in namespace "${AGENT_NAMESPACE}"`,
    details,
  };
}

/** By what the cluster's pods come by the role, and whether that is there. */
export function identityStep(inventory: Inventory, cluster: Cluster): Step {
  const seen = observed(inventory, cluster);
  const mode = identityMode(inventory.deployment, cluster.name);
  if (seen === undefined) {
    const question = `Can the cluster's pods prove who they are? (${mode === "irsa" ? "web identity" : "Pod Identity"})`;
    return { question, finding: "unknown", answer: "the cluster was not seen" };
  }
  return mode === "irsa" ? providerStep(inventory, seen) : associationStep(inventory, seen);
}

/** What the pods of a cluster need for its role. Pure. */
export function podNeeds(deployment: Deployment, cluster: Cluster): PodNeeds {
  const identity = identityMode(deployment, cluster.name);
  const roleArn = clusterRoleArn(deployment.namePrefix, parseClusterArn(cluster.arn));
  const accounts = WRITER_SERVICE_ACCOUNTS.map((account) => `"${account}"`).join(", ");
  const about = {
    identity,
    namespace: AGENT_NAMESPACE,
    serviceAccounts: WRITER_SERVICE_ACCOUNTS,
    roleArn,
  };
  if (identity === "irsa") {
    return {
      ...about,
      chartValues: { "identity.mode": "irsa", "identity.roleArn": roleArn },
      needs: [
        `service account ${accounts} in namespace "${AGENT_NAMESPACE}" with the annotation eks.amazonaws.com/role-arn: ${roleArn}`,
        `a token for the audience "${STS_AUDIENCE}", which EKS mounts for that annotation when the pod starts`,
      ],
    };
  }
  return {
    ...about,
    chartValues: { "identity.mode": "podIdentity" },
    needs: [
      `service account ${accounts} in namespace "${AGENT_NAMESPACE}" without the annotation eks.amazonaws.com/role-arn, which would win`,
      `a Pod Identity association of it with ${roleArn}, which the reconciler makes`,
      `the add-on eks-pod-identity-agent on the cluster, which the reconciler does not look for`,
    ],
  };
}
