import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { adoptAssociations, associationTags, ownsAssociation } from "./pod-identity.ts";
import type { AssociationChange, Deployment, RoleSpec } from "./model.ts";
import type { Ports } from "./ports.ts";

/** What is needed of the clusters while a plan is applied. */
export type ClusterPorts = Pick<Ports, "clusters" | "associations">;

/** @throws Error when somebody else was faster to associate the service account with another role */
async function associate(ports: ClusterPorts, spec: RoleSpec, serviceAccount: string): Promise<void> {
  const { name, region } = parseClusterArn(spec.clusterArn);
  const association = { serviceAccount, roleArn: spec.arn, tags: spec.tags };
  if ((await ports.associations(region).associate(name, association)) === "created") return;
  // The other Lambda may have made it a moment ago.
  const present = await ports.clusters(region).listAssociations(name);
  const found = present?.find((one) => one.serviceAccount === serviceAccount);
  if (found?.roleArn === spec.arn) return;
  throw new Error(
    `service account "${serviceAccount}" was associated with "${found?.roleArn ?? "another role"}" since the plan was made; the next run looks again`,
  );
}

/** Makes one difference in who uses a role by Pod Identity go away. */
export async function applyAssociationChange(
  ports: ClusterPorts,
  spec: RoleSpec,
  change: AssociationChange,
): Promise<void> {
  const { name, region } = parseClusterArn(spec.clusterArn);
  switch (change.kind) {
    case "associate":
      return associate(ports, spec, change.serviceAccount);
    case "retag":
      return ports.associations(region).retag(name, change.id, spec.tags);
    case "reassociate":
      return ports.associations(region).reassociate(name, change.id, spec.arn);
    case "disassociate":
      return ports.associations(region).disassociate(name, change.id);
  }
}

/** Removes this deployment's associations of a cluster, also those of its former bucket. Done when the cluster is gone, and its associations with it. */
export async function removeAssociations(
  ports: ClusterPorts,
  clusterArn: string,
  deployment: Pick<Deployment, "bucket" | "formerBucket">,
): Promise<void> {
  const { name, region } = parseClusterArn(clusterArn);
  const present = await ports.clusters(region).listAssociations(name);
  const { associations, retags } = adoptAssociations(present ?? [], deployment);
  for (const { id } of retags) await ports.associations(region).retag(name, id, associationTags(deployment));
  for (const association of associations) {
    if (!ownsAssociation(association, deployment)) continue;
    await ports.associations(region).disassociate(name, association.id);
  }
}
