import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { clusterRoleArn, clusterRoleName, deploymentNames, MANAGED_BY, TAG } from "../../contract/names.ts";
import { clusterPrefix } from "../../contract/object-keys.ts";
import { writerPolicy } from "../../contract/policies/writer-policy.ts";
import {
  irsaTrustPolicy,
  oidcProviderArn,
  podIdentityTrustPolicy,
} from "../../contract/workload-identity.ts";
import { identityMode } from "./pod-identity.ts";
import { whyNotSelected } from "./selection.ts";
import type { ClusterVerdict, Deployment, Observation, ObservedCluster, RoleSpec } from "./model.ts";

/** The role of one cluster: used by web identity of one OIDC provider, or, without one, by Pod Identity. */
export function roleSpec(
  deployment: Deployment,
  clusterArn: string,
  providerArn: string | undefined,
): RoleSpec {
  const cluster = parseClusterArn(clusterArn);
  const bucketArn = `arn:${deployment.partition}:s3:::${deployment.bucket}`;
  return {
    name: clusterRoleName(deployment.namePrefix, cluster),
    arn: clusterRoleArn(deployment.namePrefix, cluster),
    path: deploymentNames(deployment.namePrefix, deployment.account).rolePath,
    clusterArn,
    ...(providerArn === undefined
      ? { identity: "pod-identity", trust: podIdentityTrustPolicy(deployment.account, clusterArn) }
      : { identity: "irsa", trust: irsaTrustPolicy(providerArn) }),
    policy: writerPolicy(bucketArn, clusterPrefix(deployment.keyPrefix, cluster), deployment.encryptionKey),
    boundaryArn: deployment.boundaryArn,
    tags: {
      [TAG.managedBy]: MANAGED_BY,
      [TAG.deployment]: deployment.bucket,
      [TAG.clusterArn]: clusterArn,
    },
  };
}

function podIdentityVerdict(
  deployment: Deployment,
  cluster: ObservedCluster,
  about: { readonly roleName: string; readonly clusterArn: string },
): ClusterVerdict {
  const { associations, issuer, problem } = cluster;
  if (associations !== undefined) {
    const { partition, account } = deployment;
    const webIdentityTrust = issuer && irsaTrustPolicy(oidcProviderArn(partition, account, issuer));
    const spec = roleSpec(deployment, cluster.arn, undefined);
    return { kind: "wanted", spec, associations, webIdentityTrust: webIdentityTrust || undefined };
  }
  const reason = `its Pod Identity associations cannot be read: ${problem ?? "they were not asked for"}`;
  return { kind: "kept", ...about, reason };
}

function webIdentityVerdict(
  deployment: Deployment,
  cluster: ObservedCluster,
  about: { readonly roleName: string; readonly clusterArn: string },
  providers: ReadonlySet<string>,
): ClusterVerdict {
  const waiting = { kind: "waiting", ...about } as const;
  if (cluster.issuer === undefined) return { ...waiting, reason: "the cluster has no OIDC issuer" };
  const providerArn = oidcProviderArn(deployment.partition, deployment.account, cluster.issuer);
  if (!providers.has(providerArn)) {
    return {
      ...waiting,
      reason: `the account has no IAM OIDC provider for "${cluster.issuer}"; create it to let pods assume a role`,
    };
  }
  return { kind: "wanted", spec: roleSpec(deployment, cluster.arn, providerArn), associations: [] };
}

function clusterVerdict(
  deployment: Deployment,
  cluster: ObservedCluster,
  providers: ReadonlySet<string>,
): ClusterVerdict {
  const roleName = clusterRoleName(deployment.namePrefix, parseClusterArn(cluster.arn));
  const about = { roleName, clusterArn: cluster.arn };
  const { name } = parseClusterArn(cluster.arn);
  const notSelected = whyNotSelected(deployment, name);
  if (notSelected !== undefined) return { kind: "excluded", ...about, reason: notSelected };
  switch (cluster.status) {
    case "ACTIVE":
    case "UPDATING":
      return identityMode(deployment, name) === "pod-identity"
        ? podIdentityVerdict(deployment, cluster, about)
        : webIdentityVerdict(deployment, cluster, about, providers);
    case "CREATING":
    case "PENDING":
      return { kind: "waiting", ...about, reason: `the cluster is ${cluster.status}` };
    case "DELETING":
      // Its pods may still be writing their last hour.
      return { kind: "kept", ...about, reason: "the cluster is DELETING; its role stays until it is gone" };
    case "UNREADABLE":
      return {
        kind: "kept",
        ...about,
        reason: `the cluster cannot be described: ${cluster.problem ?? "no reason"}`,
      };
    default:
      return { kind: "kept", ...about, reason: `the cluster is ${cluster.status}` };
  }
}

/** What is wanted for every cluster of the completely listed regions. Failed regions want nothing and lose nothing. */
export function desireRoles(
  deployment: Deployment,
  observation: Pick<Observation, "regions" | "oidcProviders">,
): ClusterVerdict[] {
  const providers = new Set(observation.oidcProviders);
  return observation.regions.flatMap((region) =>
    region.state === "complete"
      ? region.clusters.map((cluster) => clusterVerdict(deployment, cluster, providers))
      : [],
  );
}
