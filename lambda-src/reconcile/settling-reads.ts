import { errorCode } from "../aws-errors.ts";
import type { Ports, Reads } from "./ports.ts";

/** IAM answers a role whose policy was put a moment ago with AccessDenied: its changes settle in seconds. */
const SETTLE_MS = 30_000;
const PAUSE_MS = 2_000;

/**
 * The reads of a deployment's very first run: each is repeated while it is denied, until 30 seconds after this call,
 * all reads together. What is denied for good costs that once; any other error is thrown at once.
 */
export function settlingReads(ports: Pick<Ports, "roles" | "clusters" | "now" | "sleep">): Reads {
  const until = ports.now().getTime() + SETTLE_MS;
  async function settled<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const late = ports.now().getTime() + PAUSE_MS > until;
        if (errorCode(error) !== "AccessDenied" || late) throw error;
        await ports.sleep(PAUSE_MS);
      }
    }
  }
  return {
    roles: {
      listRoleNames: (pathPrefix) => settled(() => ports.roles.listRoleNames(pathPrefix)),
      readRole: (name) => settled(() => ports.roles.readRole(name)),
      readRoleBriefly: (name) => settled(() => ports.roles.readRoleBriefly(name)),
      listOidcProviders: () => settled(() => ports.roles.listOidcProviders()),
    },
    clusters: (region) => {
      const directory = ports.clusters(region);
      return {
        listClusters: () => settled(() => directory.listClusters()),
        describeCluster: (name) => settled(() => directory.describeCluster(name)),
        listAssociations: (cluster) => settled(() => directory.listAssociations(cluster)),
      };
    },
  };
}
