import type { Outcome } from "./apply.ts";
import { describeChange } from "./diff.ts";
import { clusterOfRole } from "./ownership.ts";
import type { Deployment, Note, Observation, Plan, RoleAction } from "./model.ts";

/** An action as a report, a log line or a table shows it. */
export interface ActionLine {
  readonly action: RoleAction["kind"];
  readonly role: string;
  readonly cluster?: string | undefined;
  readonly detail: string;
}

/** What one run saw, did and left alone. Kept as JSON in the bucket. */
export interface ReconcileReport {
  readonly version: 1;
  readonly deployment: string;
  readonly mode: "reconcile" | "destroy";
  /**
   * `failed`: some work failed, or no region could be listed. `incomplete`: time ran short; the next run continues.
   * `partial`: some region could not be listed, and everything else is done.
   */
  readonly status: "ok" | "failed" | "incomplete" | "partial";
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly regions: readonly (
    | { readonly region: string; readonly state: "complete"; readonly clusters: number }
    | { readonly region: string; readonly state: "failed"; readonly reason: string }
  )[];
  readonly counts: Readonly<Record<string, number>>;
  readonly actions: readonly (ActionLine & Pick<Outcome, "state" | "reason">)[];
  /** All notes but `unchanged`, which is only counted. */
  readonly notes: readonly Note[];
  /** One line each: what a person should look at. */
  readonly problems: readonly string[];
}

function actionDetail(action: RoleAction): string {
  switch (action.kind) {
    case "create":
      return "the cluster has no role";
    case "update":
      return action.changes.map(describeChange).join(", ");
    case "mark-orphan":
    case "clear-orphan":
    case "delete":
      return action.reason;
  }
}

/** One action as plain data. */
export function actionLine(action: RoleAction): ActionLine {
  const about =
    action.kind === "create" || action.kind === "update"
      ? { role: action.spec.name, cluster: action.spec.clusterArn }
      : { role: action.role.name, cluster: clusterOfRole(action.role)?.arn };
  return { action: action.kind, ...about, detail: actionDetail(action) };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

function problemsOf(
  observation: Pick<Observation, "regions">,
  outcomes: readonly Outcome[],
  notes: readonly Note[],
): string[] {
  return [
    ...observation.regions.flatMap((region) =>
      region.state === "failed"
        ? [`Region ${region.region} could not be listed: ${region.reason}; its roles are left as they are`]
        : [],
    ),
    ...outcomes
      .filter(({ state }) => state === "failed" || state === "conflict")
      .map(({ action, reason }) => `Cannot ${action.kind} role "${actionLine(action).role}": ${reason}`),
    ...notes
      .filter((note) => note.kind === "conflict")
      .map((note) => `Cannot make role "${note.role}": ${note.reason}`),
  ];
}

function statusOf(
  { regions }: Pick<Observation, "regions">,
  outcomes: readonly Outcome[],
): ReconcileReport["status"] {
  const failedRegions = regions.filter((region) => region.state === "failed").length;
  if (outcomes.some(({ state }) => state === "failed")) return "failed";
  if (failedRegions > 0 && failedRegions === regions.length) return "failed";
  if (outcomes.some(({ state }) => state === "skipped")) return "incomplete";
  return failedRegions > 0 ? "partial" : "ok";
}

/** What a run consisted of. */
export interface RunRecord {
  readonly mode: ReconcileReport["mode"];
  readonly deployment: Pick<Deployment, "bucket">;
  readonly observation: Pick<Observation, "regions">;
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The report of a finished run. */
export function reportRun(run: RunRecord): ReconcileReport {
  return {
    version: 1,
    deployment: run.deployment.bucket,
    mode: run.mode,
    status: statusOf(run.observation, run.outcomes),
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt.toISOString(),
    regions: run.observation.regions.map((region) =>
      region.state === "complete" ? { ...region, clusters: region.clusters.length } : region,
    ),
    counts: {
      ...countBy(run.plan.notes, (note) => note.kind),
      ...countBy(run.outcomes, ({ action, state }) => (state === "done" ? action.kind : state)),
    },
    actions: run.outcomes.map(({ action, ...result }) => ({ ...actionLine(action), ...result })),
    notes: run.plan.notes.filter((note) => note.kind !== "unchanged"),
    problems: problemsOf(run.observation, run.outcomes, run.plan.notes),
  };
}
