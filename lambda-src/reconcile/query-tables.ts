import { clusterId } from "../../contract/object-keys.ts";
import { CLUSTER_PROJECTION, MAX_PROPERTY_LENGTH } from "../../contract/query-tables.ts";
import { desireRoles } from "./desire.ts";
import type { Deployment, Observation } from "./model.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";

/** Which clusters the queries of a table look at: its properties {@link CLUSTER_PROJECTION}. */
export interface ClusterList {
  readonly type: string;
  /** Comma list; `""` when there is none. */
  readonly values: string;
}

/** What is to become of a table's list. Nothing is written where both are undefined. */
export interface ListPlan {
  readonly list?: ClusterList;
  readonly problem?: string;
}

/**
 * The ids of the clusters that may have data: those that are to have a role, and those that have one of ours. No more
 * is known, and no more is needed: a list only ever grows.
 */
export function clustersWithRoles(
  deployment: Deployment,
  observation: Pick<Observation, "regions" | "oidcProviders" | "roles">,
): string[] {
  const wanted = desireRoles(deployment, observation).flatMap((verdict) =>
    verdict.kind === "wanted" ? [verdict.spec] : [],
  );
  const own = observation.roles.filter((role) => foreignReason(role, deployment) === undefined);
  const clusters = [...wanted, ...own].flatMap((role) => clusterOfRole(role) ?? []);
  const ids = clusters.filter(({ account }) => account === deployment.account).map(clusterId);
  return [...new Set(ids)];
}

/**
 * Adds clusters to a table's list. Pure. Nothing is ever taken from it: the data of a cluster that is gone stays, and
 * so does the role that wrote it for a while. What is longer than Glue allows leaves the list as it is, and the table
 * with queries that name their clusters, which find all of them.
 */
export function planList(present: ClusterList, clusters: readonly string[]): ListPlan {
  const listed = new Set(present.values.split(",").filter((value) => value.trim() !== ""));
  const missing = clusters.filter((cluster) => !listed.has(cluster));
  // To Athena white space is part of a value; where somebody wrote some, the same cluster without it is missing.
  const all = new Set([...[...listed].map((value) => value.trim()), ...missing]);
  const values = missing.length === 0 ? present.values : [...all].sort().join(",");
  const length = Buffer.byteLength(values);
  if (length > MAX_PROPERTY_LENGTH) {
    const problem = `its list of ${all.size} clusters would be ${length} bytes long, and Glue takes ${MAX_PROPERTY_LENGTH}; queries have to name their clusters until those without data are taken out of the property "${CLUSTER_PROJECTION.values}"`;
    return { ...changed(present, { type: "injected", values: present.values }), problem };
  }
  // Athena refuses an enum without values.
  return changed(present, { type: all.size === 0 ? "injected" : "enum", values });
}

/** Nobody keeps the list any more: queries name their clusters, as they would without it. The list stays for who takes over. */
export function planRelease(present: ClusterList): ListPlan {
  return changed(present, { type: "injected", values: present.values });
}

function changed(present: ClusterList, list: ClusterList): ListPlan {
  // Athena reads types without regard to case and to white space around them.
  const sameType = present.type.trim().toLowerCase() === list.type;
  return sameType && present.values === list.values ? {} : { list };
}
