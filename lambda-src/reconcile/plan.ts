import { deploymentNames, TAG } from "../../contract/names.ts";
import { diffRole } from "./diff.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";
import { sameDocument } from "./documents.ts";
import { diffAssociations } from "./pod-identity.ts";
import { planOf } from "./model.ts";
import { whyNotSelected } from "./selection.ts";
import type {
  ActualRole,
  AssociationChange,
  ClusterVerdict,
  Deployment,
  Observation,
  Plan,
  PlanItem,
  RoleSpec,
} from "./model.ts";

// IAM role names are unique without regard to case.
function nameKey(name: string): string {
  return name.toLowerCase();
}

function verdictName(verdict: ClusterVerdict): string {
  return verdict.kind === "wanted" ? verdict.spec.name : verdict.roleName;
}

function verdictCluster(verdict: ClusterVerdict): string {
  return verdict.kind === "wanted" ? verdict.spec.clusterArn : verdict.clusterArn;
}

/** A verdict that a role is wanted. */
type Wanted = ClusterVerdict & { readonly kind: "wanted" };

function planWanted(deployment: Deployment, wanted: Wanted, role: ActualRole | undefined): PlanItem[] {
  const { spec } = wanted;
  const { changes, conflicts } =
    spec.identity === "pod-identity"
      ? diffAssociations(wanted.associations, spec.arn, deployment)
      : { changes: [], conflicts: [] };
  const about = { role: spec.name, cluster: spec.clusterArn };
  const planned = planRole(deployment, spec, role, changes);
  return [
    conflicts.length > 0 ? keepWebIdentity(planned, wanted) : planned,
    ...conflicts.map((reason): PlanItem => ({ note: { kind: "conflict", ...about, reason } })),
  ];
}

/**
 * Pods that cannot have the role by Pod Identity keep it by web identity: a trust that serves is not taken from them.
 * Any other trust is put right.
 */
function keepWebIdentity(item: PlanItem, { webIdentityTrust }: Wanted): PlanItem {
  if (!("action" in item) || item.action.kind !== "update") return item;
  const { role, spec } = item.action;
  if (!sameDocument(role.trust, webIdentityTrust)) return item;
  const changes = item.action.changes.filter(({ kind }) => kind !== "trust");
  if (changes.length > 0) return { action: { ...item.action, changes } };
  const reason = "as wanted, but for its trust, which waits for the conflict";
  return { note: { kind: "unchanged", role: spec.name, cluster: spec.clusterArn, reason } };
}

function planRole(
  deployment: Deployment,
  spec: RoleSpec,
  role: ActualRole | undefined,
  associationChanges: readonly AssociationChange[],
): PlanItem {
  const about = { role: spec.name, cluster: spec.clusterArn };
  if (role === undefined) return { action: { kind: "create", spec, changes: associationChanges } };
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) {
    const reason = `a role of this name exists and is not ours: ${foreign}; rename or remove it`;
    return { note: { kind: "conflict", ...about, reason } };
  }
  const changes = [...diffRole(role, spec), ...associationChanges];
  if (changes.length > 0) return { action: { kind: "update", role, spec, changes } };
  return { note: { kind: "unchanged", ...about, reason: "as wanted" } };
}

function planVerdict(
  deployment: Deployment,
  verdict: ClusterVerdict,
  role: ActualRole | undefined,
  unreadable: string | undefined,
): PlanItem[] {
  if (unreadable !== undefined) {
    const reason = `the role cannot be read: ${unreadable}`;
    return [{ note: { kind: "held", role: verdictName(verdict), cluster: verdictCluster(verdict), reason } }];
  }
  if (verdict.kind === "wanted") return planWanted(deployment, verdict, role);
  const { kind, roleName, clusterArn, reason } = verdict;
  const note: PlanItem = { note: { kind, role: roleName, cluster: clusterArn, reason } };
  if (kind === "excluded") return [note];
  const marked = role !== undefined && TAG.orphanedSince in role.tags && !foreignReason(role, deployment);
  return marked ? [note, { action: { kind: "clear-orphan", role, reason: "its cluster exists" } }] : [note];
}

/** A role that no cluster's verdict speaks of. Whether it may go is the guard's to say. */
function planUnclaimed(deployment: Deployment, role: ActualRole, clusters: ReadonlySet<string>): PlanItem {
  const named = clusterOfRole(role);
  const cluster = named?.arn;
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) return { note: { kind: "foreign", role: role.name, cluster, reason: foreign } };
  const notSelected = named && whyNotSelected(deployment, named.name);
  if (notSelected !== undefined) {
    return { note: { kind: "excluded", role: role.name, cluster, reason: notSelected } };
  }
  if (cluster !== undefined && clusters.has(cluster)) {
    const reason = "its cluster exists, but the cluster's role has another name";
    return { note: { kind: "held", role: role.name, cluster, reason } };
  }
  return { action: { kind: "delete", role, reason: "its cluster is not in the listing of its region" } };
}

/**
 * Compares what is wanted with what there is. Pure. Deletions are only proposed here: `guardPlan` decides which
 * of them the evidence allows.
 */
export function planRoles(
  deployment: Deployment,
  verdicts: readonly ClusterVerdict[],
  observation: Pick<Observation, "roles" | "unreadableRoles">,
): Plan {
  const roles = new Map(observation.roles.map((role) => [nameKey(role.name), role]));
  const unreadable = new Map(observation.unreadableRoles.map(({ name, reason }) => [nameKey(name), reason]));
  const claimed = new Set(verdicts.map((verdict) => nameKey(verdictName(verdict))));
  const clusters = new Set(verdicts.map(verdictCluster));
  return planOf([
    ...verdicts.flatMap((verdict) => {
      const key = nameKey(verdictName(verdict));
      return planVerdict(deployment, verdict, roles.get(key), unreadable.get(key));
    }),
    ...observation.roles
      .filter((role) => !claimed.has(nameKey(role.name)))
      .map((role) => planUnclaimed(deployment, role, clusters)),
    ...observation.unreadableRoles
      .filter(({ name }) => !claimed.has(nameKey(name)))
      .map(({ name, reason }): PlanItem => {
        return { note: { kind: "held", role: name, reason: `the role cannot be read: ${reason}` } };
      }),
  ]);
}

/** Why a destroy leaves roles, and the two ways on. The addresses are those of the account stack. */
export const KEPT_ON_DESTROY =
  "delete_roles_on_destroy is false, and Terraform would next delete the boundary, which roles still use; " +
  "set delete_roles_on_destroy to true and apply first, or leave roles and boundary behind for good with " +
  "terraform state rm 'aws_lambda_invocation.roles[0]' 'aws_iam_policy.boundary[0]'";

/** Whether the roles' boundary is this stack's own, which is destroyed with it. */
function ownsBoundary({ partition, account, namePrefix, boundaryArn }: Deployment): boolean {
  return (
    boundaryArn === `arn:${partition}:iam::${account}:policy/${deploymentNames(namePrefix, account).boundary}`
  );
}

function planRemoval(deployment: Deployment, role: ActualRole): PlanItem {
  if (deployment.deleteRolesOnDestroy) {
    return { action: { kind: "delete", role, reason: "the deployment is destroyed", destroyed: true } };
  }
  const cluster = clusterOfRole(role)?.arn;
  if (!ownsBoundary(deployment)) {
    const reason = "delete_roles_on_destroy is false, and the role's boundary stays";
    return { note: { kind: "kept", role: role.name, cluster, reason } };
  }
  return { note: { kind: "held", role: role.name, cluster, reason: KEPT_ON_DESTROY } };
}

/** Removes every role of the deployment, or holds every one. Needs no cluster's evidence: the data's owner takes the deployment away. */
export function planDestroy(
  deployment: Deployment,
  observation: Pick<Observation, "roles" | "unreadableRoles">,
): Plan {
  // The boundary goes too, so no role may stay, whichever clusters are selected.
  const everything = { ...deployment, clusterInclude: [], clusterExclude: [] };
  const plan = planRoles(everything, [], observation);
  return planOf([
    ...plan.actions.map((action): PlanItem =>
      action.kind === "delete" ? planRemoval(deployment, action.role) : { action },
    ),
    ...plan.notes.map((note) => ({ note })),
  ]);
}
