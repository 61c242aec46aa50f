import { AGENT_NAMESPACE } from "../../contract/workload-identity.ts";
import { errorCode, isNotFound } from "../aws-errors.ts";
import type { ActualAssociation } from "../reconcile/model.ts";
import type { AssociationWriter } from "../reconcile/ports.ts";
import type { EksCalls } from "./eks-calls.ts";
import { IAM_RETRY, withRetry, type RetryPolicy } from "./retry.ts";

async function associationIds(eks: EksCalls, clusterName: string): Promise<string[]> {
  const ids: string[] = [];
  let nextToken: string | undefined;
  do {
    const input = { clusterName, namespace: AGENT_NAMESPACE, nextToken };
    const page = await eks.listPodIdentityAssociations(input);
    ids.push(...(page.associations ?? []).map(({ associationId }) => associationId ?? ""));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return ids;
}

/** The listing names neither roles nor tags. An association that vanished after it is left out. */
async function describe(
  eks: EksCalls,
  clusterName: string,
  associationId: string,
): Promise<ActualAssociation[]> {
  try {
    const { association } = await eks.describePodIdentityAssociation({ clusterName, associationId });
    if (association === undefined) return [];
    const { serviceAccount = "", roleArn = "", tags = {} } = association;
    return [{ id: associationId, serviceAccount, roleArn, tags }];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Associations in the agent's namespace, all pages; undefined when there is no such cluster. */
export async function readAssociations(
  eks: EksCalls,
  clusterName: string,
): Promise<ActualAssociation[] | undefined> {
  try {
    const ids = await associationIds(eks, clusterName);
    const found: ActualAssociation[] = [];
    for (const id of ids) found.push(...(await describe(eks, clusterName, id)));
    return found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** EKS answers so for a role that IAM made a moment ago, and that has not reached it. */
function isRoleUnknown(error: unknown): boolean {
  return (
    ["InvalidParameter", "InvalidRequest"].includes(errorCode(error)) &&
    error instanceof Error &&
    /role/i.test(error.message)
  );
}

/** Associations of one region, over EKS's calls. `retry` is for a role that EKS does not know yet: the SDK repeats the rest. */
export function openAssociations(eks: EksCalls, retry: RetryPolicy = IAM_RETRY): AssociationWriter {
  return {
    async associate(clusterName, { serviceAccount, roleArn, tags }) {
      const input = { clusterName, namespace: AGENT_NAMESPACE, serviceAccount, roleArn, tags: { ...tags } };
      try {
        await withRetry(() => eks.createPodIdentityAssociation(input), retry, isRoleUnknown);
        return "created";
      } catch (error) {
        if (errorCode(error) === "ResourceInUse") return "exists";
        throw error;
      }
    },
    async reassociate(clusterName, associationId, roleArn) {
      const input = { clusterName, associationId, roleArn };
      await withRetry(() => eks.updatePodIdentityAssociation(input), retry, isRoleUnknown);
    },
    async retag(clusterName, associationId, tags) {
      const { association } = await eks.describePodIdentityAssociation({ clusterName, associationId });
      const resourceArn = association?.associationArn;
      if (!resourceArn) throw new Error(`EKS names no ARN of the association "${associationId}"`);
      await eks.tagResource({ resourceArn, tags: { ...tags } });
    },
    async disassociate(clusterName, associationId) {
      try {
        await eks.deletePodIdentityAssociation({ clusterName, associationId });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}
