import { TAG } from "../../contract/names.ts";
import { clusterOfRole, foreignReason } from "./ownership.ts";
import { planOf } from "./model.ts";
import type { ActualRole, Deployment, Observation, Plan, PlanItem, RoleAction } from "./model.ts";

const HOUR_MS = 3_600_000;

/** What a deletion is judged by. */
export interface Evidence {
  readonly deployment: Deployment;
  readonly observation: Observation;
  /** Instant of the run. */
  readonly now: Date;
}

/** Says why a role must stay; undefined when this check has nothing against its deletion. */
type DeleteCheck = (role: ActualRole, evidence: Evidence) => string | undefined;

function ours(role: ActualRole, { deployment }: Evidence): string | undefined {
  const foreign = foreignReason(role, deployment);
  return foreign === undefined ? undefined : `not ours: ${foreign}`;
}

function namesCluster(role: ActualRole, { deployment }: Evidence): string | undefined {
  const cluster = clusterOfRole(role);
  const tag = role.tags[TAG.clusterArn];
  if (cluster === undefined) {
    return `its tag ${TAG.clusterArn} is ${tag === undefined ? "missing" : `"${tag}"`}, so its cluster is unknown`;
  }
  if (cluster.account === deployment.account && cluster.partition === deployment.partition) return undefined;
  return `its cluster "${cluster.arn}" is not in account ${deployment.account}`;
}

function regionIncluded(role: ActualRole, { deployment }: Evidence): string | undefined {
  const region = clusterOfRole(role)?.region ?? "";
  if (deployment.regions.includes(region)) return undefined;
  return `region ${region} is not in include_regions; put it back, or delete the role by hand`;
}

function regionListed(role: ActualRole, { observation }: Evidence): string | undefined {
  const region = clusterOfRole(role)?.region ?? "";
  const seen = observation.regions.find((one) => one.region === region);
  if (seen?.state === "complete") return undefined;
  return `region ${region} was not completely listed: ${seen?.reason ?? "not looked at"}`;
}

function clusterGone(role: ActualRole, { observation }: Evidence): string | undefined {
  const arn = clusterOfRole(role)?.arn ?? "";
  const listed = observation.regions.some(
    (region) => region.state === "complete" && region.clusters.some((cluster) => cluster.arn === arn),
  );
  if (listed) return "its cluster is listed";
  const lookup = observation.lookups.find((one) => one.arn === arn);
  switch (lookup?.state) {
    case "absent":
      return undefined;
    case "present":
      return "its cluster is not listed, but still answers";
    case "unknown":
      return `its cluster could not be asked for: ${lookup.reason}`;
    case undefined:
      return "its cluster was not asked for";
  }
}

/** Every check must pass. Each one alone keeps a role. */
export const DELETE_CHECKS: readonly DeleteCheck[] = [
  ours,
  namesCluster,
  regionIncluded,
  regionListed,
  clusterGone,
];

function left(kind: "held" | "braked", role: ActualRole, reason: string): PlanItem {
  return { note: { kind, role: role.name, cluster: clusterOfRole(role)?.arn, reason } };
}

function held(role: ActualRole, reason: string): PlanItem {
  return left("held", role, reason);
}

// As a run writes it. V8 reads "1" or "since 2001" as the year 2001, which would end a grace period that never began.
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** The instant, in milliseconds, that a role's grace period runs since; NaN when no run has written one. */
function orphanedSince(role: ActualRole): number {
  const mark = role.tags[TAG.orphanedSince] ?? "";
  return INSTANT.test(mark) ? Date.parse(mark) : NaN;
}

/** The deletion, or the start of the grace period instead, or a note that it runs. */
function applyGrace(role: ActualRole, { deployment, now }: Evidence): PlanItem {
  const hours = deployment.orphanGraceHours;
  const reason = "its cluster is gone";
  if (hours === 0) return { action: { kind: "delete", role, reason } };
  const since = orphanedSince(role);
  if (Number.isNaN(since)) {
    const mark = { kind: "mark-orphan", role, since: now.toISOString() } as const;
    return { action: { ...mark, reason: `${reason}; the role is deleted in ${hours} h` } };
  }
  const due = new Date(since + hours * HOUR_MS);
  if (now < due) return held(role, `${reason}; the grace period ends at ${due.toISOString()}`);
  return { action: { kind: "delete", role, reason: `${reason} since ${new Date(since).toISOString()}` } };
}

function judge(action: RoleAction, evidence: Evidence): PlanItem {
  switch (action.kind) {
    case "create":
      return { action };
    case "adopt": {
      const { deployment } = evidence;
      const reason = foreignReason(action.role, { ...deployment, bucket: deployment.formerBucket ?? "" });
      return reason === undefined ? { action } : held(action.role, reason);
    }
    case "update":
    case "mark-orphan":
    case "clear-orphan": {
      const reason = ours(action.role, evidence);
      return reason === undefined ? { action } : held(action.role, reason);
    }
    case "delete": {
      for (const check of DELETE_CHECKS) {
        const reason = check(action.role, evidence);
        if (reason !== undefined) return held(action.role, reason);
      }
      return applyGrace(action.role, evidence);
    }
  }
}

function isDelete(item: PlanItem): item is { readonly action: RoleAction & { readonly kind: "delete" } } {
  return "action" in item && item.action.kind === "delete";
}

/** More deletions than the brake allows are a sign of a broken view, not of work: none of them is done. */
function brake(items: readonly PlanItem[], limit: number): readonly PlanItem[] {
  const due = items.filter(isDelete).length;
  if (due <= limit) return items;
  const reason = `${due} roles are due for deletion, more than the ${limit} allowed per run; raise max_deletes_per_run if they should go`;
  return items.map((item) => (isDelete(item) ? left("braked", item.action.role, reason) : item));
}

/** The last filter: what of a plan may be done on this evidence. Pure; what is filtered out comes back as a note. */
export function guardPlan(plan: Plan, evidence: Evidence): Plan {
  const judged = plan.actions.map((action) => judge(action, evidence));
  const { actions, notes } = planOf(brake(judged, evidence.deployment.maxDeletesPerRun));
  return { actions, notes: [...plan.notes, ...notes] };
}

/** The last filter of a destroy: only ownership counts. */
export function guardDestroy(plan: Plan, deployment: Deployment): Plan {
  const judged = plan.actions.map((action): PlanItem => {
    const foreign =
      action.kind === "create" ? "nothing is created here" : foreignReason(action.role, deployment);
    if (foreign === undefined) return { action };
    const role = action.kind === "create" ? action.spec.name : action.role.name;
    return { note: { kind: "held", role, reason: foreign } };
  });
  const { actions, notes } = planOf(judged);
  return { actions, notes: [...plan.notes, ...notes] };
}
