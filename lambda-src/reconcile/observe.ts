import pMap from "p-map";
import { parseClusterArn } from "../../contract/cluster-arn.ts";
import { deploymentNames } from "../../contract/names.ts";
import { isNotFound, reasonOf } from "../aws-errors.ts";
import { TIME_RAN_SHORT } from "./cut-short.ts";
import { THOROUGH, type Look } from "./look.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";
import { identityMode } from "./pod-identity.ts";
import { whyNotSelected } from "./selection.ts";
import type {
  ActualRole,
  ClusterLookup,
  Deployment,
  Observation,
  ObservedCluster,
  RegionObservation,
} from "./model.ts";
import type { ClusterDirectory, Reads, RoleReader } from "./ports.ts";

const REGIONS_AT_ONCE = 8;
const CLUSTERS_AT_ONCE = 4;
// IAM's throttles are per account: bursts of GetRole beat any retry.
const ROLES_AT_ONCE = 3;
const SETTLE_MS = 5_000;

function wantsAssociations(deployment: Deployment, { name, status }: ObservedCluster): boolean {
  if (status !== "ACTIVE" && status !== "UPDATING") return false;
  return whyNotSelected(deployment, name) === undefined && identityMode(deployment, name) === "pod-identity";
}

/** What cannot be read is a problem of the cluster; a cluster that vanished meanwhile is left out. */
async function withAssociations(
  directory: ClusterDirectory,
  cluster: ObservedCluster,
): Promise<ObservedCluster | undefined> {
  try {
    const associations = await directory.listAssociations(cluster.name);
    return associations && { ...cluster, associations };
  } catch (error) {
    return { ...cluster, problem: reasonOf(error) };
  }
}

async function observeCluster(
  deployment: Deployment,
  directory: ClusterDirectory,
  name: string,
  region: string,
): Promise<ObservedCluster | undefined> {
  try {
    const cluster = await directory.describeCluster(name);
    if (cluster) parseClusterArn(cluster.arn);
    return cluster && wantsAssociations(deployment, cluster)
      ? await withAssociations(directory, cluster)
      : cluster;
  } catch (error) {
    const arn = `arn:${deployment.partition}:eks:${region}:${deployment.account}:cluster/${name}`;
    return { arn, name, status: "UNREADABLE", problem: reasonOf(error) };
  }
}

function requireTime({ hasTime }: Look): void {
  if (!hasTime()) throw new Error(TIME_RAN_SHORT);
}

/** One region, complete or failed: a value, never a throw. A cluster that vanished after the listing is left out. */
async function observeRegion(
  deployment: Deployment,
  region: string,
  clusters: (region: string) => ClusterDirectory,
  look: Look,
): Promise<RegionObservation> {
  try {
    requireTime(look);
    const directory = clusters(region);
    const names = await directory.listClusters();
    const described = await pMap(
      names,
      (name) => {
        requireTime(look);
        return observeCluster(deployment, directory, name, region);
      },
      { concurrency: CLUSTERS_AT_ONCE },
    );
    return { region, state: "complete", clusters: described.filter((cluster) => cluster !== undefined) };
  } catch (error) {
    return { region, state: "failed", reason: reasonOf(error) };
  }
}

/**
 * A role that was listed and is not found changed a moment ago: it was deleted and the listing lags, or it was made and
 * the answer lags. IAM settles in seconds, so after `settle` what is still not found is gone: no role to hold, and no
 * problem of whoever deleted it. Without the second look a destroy could leave a role and say that there is none.
 */
async function readListed(
  name: string,
  reader: RoleReader,
  look: Look,
  settle: () => Promise<void>,
): Promise<ActualRole | undefined> {
  const read = async (): Promise<ActualRole | undefined> => {
    requireTime(look);
    return look.inFull(name) ? reader.readRole(name) : reader.readRoleBriefly(name);
  };
  const first = await read().catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (first) return first;
  await settle();
  return read();
}

/** All roles below the deployment's path. @throws when the listing fails: without it there is no evidence at all */
export async function observeRoles(
  deployment: Deployment,
  { roles: reader, sleep }: Pick<Reads, "roles" | "sleep">,
  look: Look = THOROUGH,
): Promise<Pick<Observation, "roles" | "unreadableRoles">> {
  const { rolePath } = deploymentNames(deployment.namePrefix, deployment.account);
  const roles: ActualRole[] = [];
  const unreadableRoles: { name: string; reason: string }[] = [];
  let pause: Promise<void> | undefined;
  // One for all of them: hundreds of roles deleted a moment ago may still be listed.
  const settle = (): Promise<void> => (pause ??= sleep?.(SETTLE_MS) ?? Promise.resolve());
  await pMap(
    look.turned(await reader.listRoleNames(rolePath)),
    async (name) => {
      try {
        const role = await readListed(name, reader, look, settle);
        if (role) roles.push(role);
      } catch (error) {
        unreadableRoles.push({ name, reason: reasonOf(error) });
      }
    },
    { concurrency: ROLES_AT_ONCE },
  );
  roles.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { roles, unreadableRoles };
}

/** Clusters that own roles name, in listed regions, but that no listing names. */
function missingClusters(
  deployment: Deployment,
  regions: readonly RegionObservation[],
  roles: readonly ActualRole[],
) {
  const complete = new Map(
    regions.flatMap((one) => (one.state === "complete" ? [[one.region, one] as const] : [])),
  );
  return roles
    .filter((role) => foreignReason(role, deployment) === undefined)
    .map(clusterOfRole)
    .filter((cluster) => cluster !== undefined)
    .filter((cluster) => cluster.account === deployment.account && cluster.partition === deployment.partition)
    .filter((cluster) => {
      const region = complete.get(cluster.region);
      return region !== undefined && !region.clusters.some((listed) => listed.arn === cluster.arn);
    });
}

async function lookUp(
  cluster: { readonly arn: string; readonly name: string; readonly region: string },
  clusters: (region: string) => ClusterDirectory,
  look: Look,
): Promise<ClusterLookup> {
  try {
    requireTime(look);
    const found = await clusters(cluster.region).describeCluster(cluster.name);
    return { arn: cluster.arn, state: found === undefined ? "absent" : "present" };
  } catch (error) {
    return { arn: cluster.arn, state: "unknown", reason: reasonOf(error) };
  }
}

/**
 * Looks at all regions, roles and OIDC providers. When time runs short nothing more is asked for, and what was not looked
 * at is a failed region, or a role that could not be read.
 * @throws when IAM cannot be listed; a region that cannot be listed is a value
 */
export async function observe(
  deployment: Deployment,
  reads: Reads,
  look: Look = THOROUGH,
): Promise<Observation> {
  const [regions, roles, oidcProviders] = await Promise.all([
    pMap(
      look.turned(deployment.regions),
      (region) => observeRegion(deployment, region, reads.clusters, look),
      { concurrency: REGIONS_AT_ONCE },
    ),
    observeRoles(deployment, reads, look),
    reads.roles.listOidcProviders(),
  ]);
  const lookups = await pMap(
    missingClusters(deployment, regions, roles.roles),
    (cluster) => lookUp(cluster, reads.clusters, look),
    { concurrency: CLUSTERS_AT_ONCE },
  );
  regions.sort(
    (left, right) => deployment.regions.indexOf(left.region) - deployment.regions.indexOf(right.region),
  );
  return { regions, ...roles, oidcProviders, lookups };
}

/**
 * The observation with everything read of those of `names` that were read briefly, as far as time allows: what is changed
 * is changed with full sight. What cannot be read is left at what is known of it.
 */
export async function readInFull(
  observation: Observation,
  names: ReadonlySet<string>,
  reader: RoleReader,
  { hasTime }: Look,
): Promise<Observation> {
  const roles = await pMap(
    observation.roles,
    async (role) => {
      if (role.detail === "full" || !names.has(role.name) || !hasTime()) return role;
      return reader.readRole(role.name).catch(() => role);
    },
    { concurrency: ROLES_AT_ONCE },
  );
  return { ...observation, roles: roles.filter((role) => role !== undefined) };
}
