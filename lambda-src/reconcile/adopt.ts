import { TAG } from "../../contract/names.ts";
import { foreignReason } from "./ownership.ts";
import type { ActualRole, Deployment, RoleAction } from "./model.ts";

/** Roles as they are once the deployment's former ones are its own, and what makes them so. */
export interface Adoption {
  readonly roles: readonly ActualRole[];
  readonly adoptions: readonly RoleAction[];
}

/**
 * Takes over the roles of the bucket that the deployment had before this apply. The bucket's name is the deployment's
 * id: without this every role would belong to a deployment that is no more, and its name would be taken. Pure.
 */
export function adoptFormer(deployment: Deployment, roles: readonly ActualRole[]): Adoption {
  const { formerBucket, bucket } = deployment;
  if (formerBucket === undefined || formerBucket === bucket) return { roles, adoptions: [] };
  const former = new Set(
    roles.filter((role) => foreignReason(role, { ...deployment, bucket: formerBucket }) === undefined),
  );
  const reason = `the deployment's bucket was "${formerBucket}" and is "${bucket}" now`;
  return {
    roles: roles.map((role) =>
      former.has(role) ? { ...role, tags: { ...role.tags, [TAG.deployment]: bucket } } : role,
    ),
    adoptions: [...former].map((role) => ({ kind: "adopt", role, reason })),
  };
}
