import { DescribeClusterCommand, EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import type { ClusterDirectory } from "../reconcile/ports.ts";
import { isNotFound } from "../aws-errors.ts";
import { clientOptions } from "./client-options.ts";

/** The EKS calls that are used, and no others. */
export interface EksCalls {
  listClusters(input: { nextToken?: string | undefined }): Promise<{
    clusters?: string[] | undefined;
    nextToken?: string | undefined;
  }>;
  describeCluster(input: { name: string }): Promise<{ cluster?: ClusterAnswer | undefined }>;
}

/** A cluster as DescribeCluster answers it. */
export interface ClusterAnswer {
  arn?: string | undefined;
  name?: string | undefined;
  status?: string | undefined;
  identity?: { oidc?: { issuer?: string | undefined } | undefined } | undefined;
}

const MAX_ATTEMPTS = 4;

/** EKS of one region. Adaptive: a thousand DescribeCluster calls meet its throttle. */
export function openEks(region: string): EksCalls {
  const client = new EKSClient({
    ...clientOptions(region),
    retryMode: "adaptive",
    maxAttempts: MAX_ATTEMPTS,
  });
  return {
    listClusters: (input) => client.send(new ListClustersCommand(input)),
    describeCluster: (input) => client.send(new DescribeClusterCommand(input)),
  };
}

/** The clusters of one region, over EKS's calls: pages joined, "not found" as a value. */
export function openClusterDirectory(eks: EksCalls): ClusterDirectory {
  return {
    async listClusters() {
      const names: string[] = [];
      let nextToken: string | undefined;
      do {
        const page = await eks.listClusters({ nextToken });
        names.push(...(page.clusters ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return names;
    },
    async describeCluster(name) {
      try {
        const { cluster } = await eks.describeCluster({ name });
        if (!cluster?.arn) throw new Error(`DescribeCluster answered for "${name}" without an ARN`);
        return {
          arn: cluster.arn,
          name,
          status: cluster.status ?? "UNKNOWN",
          issuer: cluster.identity?.oidc?.issuer,
        };
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}
