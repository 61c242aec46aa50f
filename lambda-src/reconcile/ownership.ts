import { parseClusterArn, type Cluster } from "../../contract/cluster-arn.ts";
import { deploymentNames, MANAGED_BY, TAG } from "../../contract/names.ts";
import type { ActualRole, Deployment } from "./model.ts";

/** Why a role is not this deployment's: undefined when it is. Path, manager and deployment must all be ours; a name proves nothing. */
export function foreignReason(
  role: Pick<ActualRole, "path" | "tags">,
  deployment: Pick<Deployment, "namePrefix" | "account" | "bucket">,
): string | undefined {
  const { rolePath } = deploymentNames(deployment.namePrefix, deployment.account);
  if (role.path !== rolePath) return `its path is "${role.path}", not "${rolePath}"`;
  if (role.tags[TAG.managedBy] !== MANAGED_BY) return `it has no tag ${TAG.managedBy} = "${MANAGED_BY}"`;
  const owner = role.tags[TAG.deployment];
  if (owner === deployment.bucket) return undefined;
  return owner === undefined
    ? `it has no tag ${TAG.deployment}`
    : `it belongs to the deployment "${owner}", not "${deployment.bucket}"`;
}

/** The cluster that a role's tag names; undefined when the tag is missing or no cluster ARN. */
export function clusterOfRole(role: Pick<ActualRole, "tags">): Cluster | undefined {
  try {
    return parseClusterArn(role.tags[TAG.clusterArn] ?? "");
  } catch {
    return undefined;
  }
}
