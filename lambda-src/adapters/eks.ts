import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from "@aws-sdk/client-eks";
import type { ClusterDirectory } from "../reconcile/ports.ts";
import { isNotFound } from "../aws-errors.ts";
import { clientOptions } from "./client-options.ts";
import type { EksCalls } from "./eks-calls.ts";
import { readAssociations } from "./pod-identity.ts";

const MAX_ATTEMPTS = 4;

/** Of all attempts of a call: a region that does not answer is given up, the others have their turn. */
const CALL_TIMEOUT_MS = 20_000;

/** EKS of one region. Adaptive: a thousand DescribeCluster calls meet its throttle. */
export function openEks(region: string): EksCalls {
  const client = new EKSClient({
    ...clientOptions(region),
    retryMode: "adaptive",
    maxAttempts: MAX_ATTEMPTS,
  });
  async function inTime<T>(call: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const abortSignal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    try {
      return await call({ abortSignal });
    } catch (error) {
      // The SDK says "Request aborted", whoever did that.
      if (!abortSignal.aborted) throw error;
      throw new Error(`EKS in ${region} gave no answer in ${CALL_TIMEOUT_MS / 1000} s`, { cause: error });
    }
  }
  return {
    listClusters: (input) => inTime((options) => client.send(new ListClustersCommand(input), options)),
    describeCluster: (input) => inTime((options) => client.send(new DescribeClusterCommand(input), options)),
    listPodIdentityAssociations: (input) =>
      inTime((options) => client.send(new ListPodIdentityAssociationsCommand(input), options)),
    describePodIdentityAssociation: (input) =>
      inTime((options) => client.send(new DescribePodIdentityAssociationCommand(input), options)),
    createPodIdentityAssociation: (input) =>
      inTime((options) => client.send(new CreatePodIdentityAssociationCommand(input), options)),
    updatePodIdentityAssociation: (input) =>
      inTime((options) => client.send(new UpdatePodIdentityAssociationCommand(input), options)),
    deletePodIdentityAssociation: (input) =>
      inTime((options) => client.send(new DeletePodIdentityAssociationCommand(input), options)),
    tagResource: (input) => inTime((options) => client.send(new TagResourceCommand(input), options)),
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
    listAssociations: (cluster) => readAssociations(eks, cluster),
  };
}
