import { TAG } from "../../contract/names.ts";
import { diffRole } from "./diff.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";
import { planOf } from "./model.ts";
import type {
  ActualRole,
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

function planWanted(deployment: Deployment, spec: RoleSpec, role: ActualRole | undefined): PlanItem {
  const about = { role: spec.name, cluster: spec.clusterArn };
  if (role === undefined) return { action: { kind: "create", spec } };
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) {
    const reason = `a role of this name exists and is not ours: ${foreign}; rename or remove it`;
    return { note: { kind: "conflict", ...about, reason } };
  }
  const changes = diffRole(role, spec);
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
  if (verdict.kind === "wanted") return [planWanted(deployment, verdict.spec, role)];
  const { kind, roleName, clusterArn, reason } = verdict;
  const note: PlanItem = { note: { kind, role: roleName, cluster: clusterArn, reason } };
  const marked = role !== undefined && TAG.orphanedSince in role.tags && !foreignReason(role, deployment);
  return marked ? [note, { action: { kind: "clear-orphan", role, reason: "its cluster exists" } }] : [note];
}

/** A role that no cluster's verdict speaks of. Whether it may go is the guard's to say. */
function planUnclaimed(deployment: Deployment, role: ActualRole, clusters: ReadonlySet<string>): PlanItem {
  const cluster = clusterOfRole(role)?.arn;
  const foreign = foreignReason(role, deployment);
  if (foreign !== undefined) return { note: { kind: "foreign", role: role.name, cluster, reason: foreign } };
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

/** Removes every role of the deployment. Needs no cluster's evidence: the data's owner takes the deployment away. */
export function planDestroy(
  deployment: Deployment,
  observation: Pick<Observation, "roles" | "unreadableRoles">,
): Plan {
  const reason = "the deployment is destroyed";
  const plan = planRoles(deployment, [], observation);
  return {
    actions: plan.actions.map((action) => (action.kind === "delete" ? { ...action, reason } : action)),
    notes: plan.notes,
  };
}
