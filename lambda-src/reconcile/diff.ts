import { TAG, WRITER_POLICY_NAME } from "../../contract/names.ts";
import { sameDocument } from "./documents.ts";
import { trustsPodIdentity } from "./pod-identity.ts";
import type { ActualRole, RoleChange, RoleSpec } from "./model.ts";

/** Our tags that differ, and the orphan mark. Other tags are other people's and stay. */
function tagChange(role: ActualRole, spec: RoleSpec): RoleChange[] {
  const set = Object.fromEntries(
    Object.entries(spec.tags).filter(([key, value]) => role.tags[key] !== value),
  );
  const remove = TAG.orphanedSince in role.tags ? [TAG.orphanedSince] : [];
  return Object.keys(set).length + remove.length > 0 ? [{ kind: "tags", set, remove }] : [];
}

/**
 * What makes a role equal its specification, in the order in which it is safe to do:
 * the boundary before anything the boundary limits.
 */
export function diffRole(role: ActualRole, spec: RoleSpec): RoleChange[] {
  const changes: RoleChange[] = [];
  if (role.boundaryArn !== spec.boundaryArn) changes.push({ kind: "boundary" });
  // Before the trust: it is what tells a later run that associations may be left.
  if (spec.identity === "irsa" && trustsPodIdentity(role.trust)) changes.push({ kind: "leave-pod-identity" });
  if (!sameDocument(role.trust, spec.trust)) changes.push({ kind: "trust" });
  if (!sameDocument(role.inlinePolicies[WRITER_POLICY_NAME], spec.policy)) changes.push({ kind: "policy" });
  const extra = Object.keys(role.inlinePolicies).filter((name) => name !== WRITER_POLICY_NAME);
  changes.push(...extra.map((name) => ({ kind: "remove-inline-policy", name }) as const));
  if (role.detail === "full") {
    changes.push(...role.attachedPolicies.map((arn) => ({ kind: "detach-policy", arn }) as const));
  }
  changes.push(...tagChange(role, spec));
  return changes;
}

/** What a change does, for a table or a log line. */
export function describeChange(change: RoleChange): string {
  switch (change.kind) {
    case "boundary":
      return "put the permissions boundary back";
    case "trust":
      return "set the trust policy";
    case "policy":
      return "set the writer policy";
    case "remove-inline-policy":
      return `remove inline policy "${change.name}"`;
    case "detach-policy":
      return `detach "${change.arn}"`;
    case "tags":
      return "set the tags";
    case "associate":
      return `associate service account "${change.serviceAccount}"`;
    case "retag":
      return `take over the association of service account "${change.serviceAccount}"`;
    case "reassociate":
      return `associate service account "${change.serviceAccount}" with this role again`;
    case "disassociate":
      return `remove the association of service account "${change.serviceAccount}"`;
    case "leave-pod-identity":
      return "remove the cluster's Pod Identity associations";
  }
}
