import { errorCode } from "../aws-errors.ts";
import type { AssociationWriter, ClusterDirectory, Ports, RoleStore } from "./ports.ts";

/** IAM answers a role whose policy was put a moment ago with AccessDenied: its changes settle in seconds. */
const SETTLE_MS = 30_000;
const PAUSE_MS = 2_000;

/** Makes a call, and makes it again while its error says so. */
type Settled = <T>(call: () => Promise<T>) => Promise<T>;

/** S3 and IAM say `AccessDenied`, EKS and Glue `AccessDeniedException`: one code for `errorCode`. */
function whileDenied({ now, sleep }: Pick<Ports, "now" | "sleep">): Settled {
  const until = now().getTime() + SETTLE_MS;
  return async (call) => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const late = now().getTime() + PAUSE_MS > until;
        if (errorCode(error) !== "AccessDenied" || late) throw error;
        await sleep(PAUSE_MS);
      }
    }
  };
}

function settlingRoles(roles: RoleStore, settled: Settled): RoleStore {
  return {
    listRoleNames: (pathPrefix) => settled(() => roles.listRoleNames(pathPrefix)),
    readRole: (name) => settled(() => roles.readRole(name)),
    readRoleBriefly: (name) => settled(() => roles.readRoleBriefly(name)),
    readOutline: (name) => settled(() => roles.readOutline(name)),
    listOidcProviders: () => settled(() => roles.listOidcProviders()),
    createRole: (spec) => settled(() => roles.createRole(spec)),
    putBoundary: (name, boundaryArn) => settled(() => roles.putBoundary(name, boundaryArn)),
    putTrust: (name, trust) => settled(() => roles.putTrust(name, trust)),
    putInlinePolicy: (name, policyName, policy) =>
      settled(() => roles.putInlinePolicy(name, policyName, policy)),
    removeInlinePolicy: (name, policyName) => settled(() => roles.removeInlinePolicy(name, policyName)),
    detachPolicy: (name, policyArn) => settled(() => roles.detachPolicy(name, policyArn)),
    putTags: (name, tags) => settled(() => roles.putTags(name, tags)),
    removeTags: (name, keys) => settled(() => roles.removeTags(name, keys)),
    deleteRole: (name) => settled(() => roles.deleteRole(name)),
  };
}

function settlingClusters(clusters: ClusterDirectory, settled: Settled): ClusterDirectory {
  return {
    listClusters: () => settled(() => clusters.listClusters()),
    describeCluster: (name) => settled(() => clusters.describeCluster(name)),
    listAssociations: (cluster) => settled(() => clusters.listAssociations(cluster)),
  };
}

function settlingAssociations(associations: AssociationWriter, settled: Settled): AssociationWriter {
  return {
    associate: (cluster, association) => settled(() => associations.associate(cluster, association)),
    reassociate: (cluster, id, roleArn) => settled(() => associations.reassociate(cluster, id, roleArn)),
    retag: (cluster, id, tags) => settled(() => associations.retag(cluster, id, tags)),
    disassociate: (cluster, id) => settled(() => associations.disassociate(cluster, id)),
  };
}

/**
 * The ports of a run that an apply starts, which has given the Lambda its rights, or new ones, a moment before: each
 * call is repeated while it is denied, until 30 seconds after this one, all calls together. Terraform does not repeat a
 * run that failed. What is denied for good costs those seconds once; any other error is thrown at once.
 */
export function settlingPorts(ports: Ports): Ports {
  const settled = whileDenied(ports);
  const { roles, clusters, associations, queryTables, reports } = ports;
  return {
    ...ports,
    roles: settlingRoles(roles, settled),
    clusters: (region) => settlingClusters(clusters(region), settled),
    associations: (region) => settlingAssociations(associations(region), settled),
    queryTables: queryTables && {
      ...queryTables,
      changeList: (name, change) => settled(() => queryTables.changeList(name, change)),
    },
    reports: {
      write: (report) => settled(() => reports.write(report)),
      remove: () => settled(() => reports.remove()),
    },
  };
}
