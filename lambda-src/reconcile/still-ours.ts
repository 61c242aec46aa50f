import { foreignReason } from "./ownership.ts";
import type { Deployment, RoleAction } from "./model.ts";
import type { RoleReader } from "./ports.ts";

/**
 * Why the role that an action changes is to be left alone by now; undefined when it is still ours, or gone. Read anew
 * right before the change: a person thinks for minutes over a plan, no condition of IAM's fences that person's
 * credentials, and IAM cannot tell the Lambdas' tagging of a role from that of a new one. A deletion reads for itself.
 */
export async function foreignByNow(
  roles: Pick<RoleReader, "readOutline">,
  action: RoleAction,
  deployment: Deployment,
): Promise<string | undefined> {
  if (action.kind === "create" || action.kind === "delete") return undefined;
  const role = await roles.readOutline(action.role.name);
  const foreign = role && foreignReason(role, deployment);
  if (role === undefined || foreign === undefined) return undefined;
  // The tag of a role that was just taken over may be read as it was.
  const { formerBucket } = deployment;
  const isFormer =
    formerBucket !== undefined && foreignReason(role, { ...deployment, bucket: formerBucket }) === undefined;
  return isFormer ? undefined : `not ours any more: ${foreign}`;
}
