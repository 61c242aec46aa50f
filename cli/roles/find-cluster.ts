import { ConfigError } from "../../agent-src/export/errors.ts";
import { parseClusterArn, type Cluster } from "../../contract/cluster-arn.ts";
import { invalidRegions } from "../../lambda-src/env.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import { clusterOfRole } from "../../lambda-src/reconcile/ownership.ts";
import { nearNames } from "./near-names.ts";

/** A cluster as a person names it. */
export interface NamedCluster {
  readonly name: string;
  readonly region?: string;
  readonly account?: string;
}

// CreateCluster's own rule.
const NAME = /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/;

/** Reads `name`, `region/name` or an ARN. @throws Error for anything else */
export function readNamedCluster(text: string): NamedCluster {
  if (text.startsWith("arn:")) return parseClusterArn(text);
  const [region, name, ...rest] = text.includes("/") ? text.split("/") : [undefined, text];
  const isRegion = region === undefined || invalidRegions([region]).length === 0;
  if (isRegion && name !== undefined && NAME.test(name) && rest.length === 0) {
    return { name, ...(region === undefined ? {} : { region }) };
  }
  throw new Error(`"${text}" names no cluster; give its name, as in prod, or eu-west-1/prod, or its ARN`);
}

/** Every cluster that was seen: in a listing, or named by a role of ours. */
function knownClusters({ observation }: Inventory): Cluster[] {
  const listed = observation.regions.flatMap((region) =>
    region.state === "complete" ? region.clusters.map(({ arn }) => parseClusterArn(arn)) : [],
  );
  const named = observation.roles.map(clusterOfRole).filter((cluster) => cluster !== undefined);
  return [...new Map([...listed, ...named].map((cluster) => [cluster.arn, cluster])).values()];
}

/** Regions of which nothing can be said. */
function unseenRegions({ observation }: Inventory): string[] {
  return observation.regions.filter(({ state }) => state === "failed").map(({ region }) => region);
}

function unknownCluster(named: NamedCluster, known: readonly Cluster[], inventory: Inventory): Error {
  const all = known.map(({ region, name }) => `${region}/${name}`);
  const near = new Set(
    nearNames(
      named.name,
      known.map(({ name }) => name),
    ),
  );
  const nearest = known.filter(({ name }) => near.has(name)).map(({ region, name }) => `${region}/${name}`);
  const unseen = unseenRegions(inventory);
  const where = named.region ?? inventory.observation.regions.map(({ region }) => region).join(", ");
  return new Error(
    [
      `There is no cluster "${named.name}" in ${where}, and no role of the deployment names it`,
      nearest.length > 0
        ? `did you mean ${nearest.map((one) => `"${one}"`).join(" or ")}?`
        : `${all.length} clusters were seen; look at --regions and at the credentials' account ${inventory.deployment.account}`,
      ...(unseen.length > 0 && named.region === undefined
        ? [`${unseen.join(", ")} could not be listed: name a cluster there as ${unseen[0]}/${named.name}`]
        : []),
    ].join("; "),
  );
}

/**
 * The cluster that a person named. One in a region that could not be listed is taken at their word.
 * @throws ConfigError when several have the name, or it is another account's; Error when there is none of this name
 */
export function findCluster(named: NamedCluster, inventory: Inventory): Cluster {
  const { partition, account } = inventory.deployment;
  if (named.account !== undefined && named.account !== account) {
    throw new ConfigError(
      `Cluster "${named.name}" is in account ${named.account}, but the deployment is in ${account}; name a cluster of that account, or use credentials of the other`,
    );
  }
  const known = knownClusters(inventory);
  const found = known.filter(
    ({ name, region }) => name === named.name && (named.region ?? region) === region,
  );
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined) {
    const choices = found.map(({ region, name }) => `"${region}/${name}"`).join(" or ");
    throw new ConfigError(`There are ${found.length} clusters "${named.name}"; say which: ${choices}`);
  }
  const region = inventory.observation.regions.find((one) => one.region === named.region);
  if (named.region === undefined || region?.state === "complete") {
    throw unknownCluster(named, known, inventory);
  }
  return parseClusterArn(`arn:${partition}:eks:${named.region}:${account}:cluster/${named.name}`);
}
