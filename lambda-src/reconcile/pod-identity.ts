import { MANAGED_BY, TAG } from "../../contract/names.ts";
import {
  POD_IDENTITY_SERVICE,
  WRITER_SERVICE_ACCOUNTS,
  type IdentityMode,
} from "../../contract/workload-identity.ts";
import type { ActualAssociation, AssociationChange, Deployment } from "./model.ts";
import { matchesAny } from "./selection.ts";

type Retag = AssociationChange & { readonly kind: "retag" };

/** How the pods of the cluster `name` come by its role. */
export function identityMode(
  { podIdentityClusters }: Pick<Deployment, "podIdentityClusters">,
  name: string,
): IdentityMode {
  return matchesAny(podIdentityClusters, name) ? "pod-identity" : "irsa";
}

/** Whether a trust policy, as IAM stores it, names EKS Pod Identity at all. */
export function trustsPodIdentity(trust: unknown): boolean {
  return (JSON.stringify(trust) ?? "").includes(POD_IDENTITY_SERVICE);
}

/** Whether this deployment made the association. As with roles, only tags prove that. */
export function ownsAssociation(
  { tags }: Pick<ActualAssociation, "tags">,
  { bucket }: Pick<Deployment, "bucket">,
): boolean {
  return tags[TAG.managedBy] === MANAGED_BY && tags[TAG.deployment] === bucket;
}

/** The tags by which {@link ownsAssociation} tells an association. */
export function associationTags({ bucket }: Pick<Deployment, "bucket">): Readonly<Record<string, string>> {
  return { [TAG.managedBy]: MANAGED_BY, [TAG.deployment]: bucket };
}

/** A deployment, and the bucket whose associations it takes over. */
type Adopting = Pick<Deployment, "bucket" | "formerBucket">;

/** Associations as they are once the former bucket's are the deployment's own, and what makes them so. As with roles. */
export function adoptAssociations(
  actual: readonly ActualAssociation[],
  deployment: Adopting,
): { readonly associations: readonly ActualAssociation[]; readonly retags: readonly Retag[] } {
  const { bucket, formerBucket } = deployment;
  if (formerBucket === undefined || formerBucket === bucket) return { associations: actual, retags: [] };
  const isFormer = (one: ActualAssociation): boolean => ownsAssociation(one, { bucket: formerBucket });
  return {
    associations: actual.map((one) =>
      isFormer(one) ? { ...one, tags: { ...one.tags, ...associationTags(deployment) } } : one,
    ),
    retags: actual.filter(isFormer).map(({ id, serviceAccount }) => ({ kind: "retag", id, serviceAccount })),
  };
}

/** What makes a cluster's associations name `roleArn` for every service account that writes, and what stands in the way. */
export interface AssociationDiff {
  readonly changes: readonly AssociationChange[];
  /** One sentence each: a service account that is associated by somebody else, with another role. */
  readonly conflicts: readonly string[];
}

/** Compares a cluster's associations with what is wanted. Those of others are left alone, as are ours that are right. */
export function diffAssociations(
  present: readonly ActualAssociation[],
  roleArn: string,
  deployment: Adopting,
): AssociationDiff {
  const { associations: actual, retags } = adoptAssociations(present, deployment);
  const changes: AssociationChange[] = [...retags];
  const conflicts: string[] = [];
  for (const serviceAccount of WRITER_SERVICE_ACCOUNTS) {
    const found = actual.find((association) => association.serviceAccount === serviceAccount);
    if (found === undefined) changes.push({ kind: "associate", serviceAccount });
    else if (found.roleArn === roleArn) continue;
    else if (ownsAssociation(found, deployment)) {
      changes.push({ kind: "reassociate", serviceAccount, id: found.id });
    } else {
      conflicts.push(
        `service account "${serviceAccount}" of its cluster has the Pod Identity association "${found.id}" with "${found.roleArn}", which is not ours; delete that association, or take the cluster out of pod_identity_clusters`,
      );
    }
  }
  for (const { id, serviceAccount, ...rest } of actual) {
    if (WRITER_SERVICE_ACCOUNTS.includes(serviceAccount)) continue;
    if (ownsAssociation(rest, deployment)) changes.push({ kind: "disassociate", serviceAccount, id });
  }
  return { changes, conflicts };
}
