import { actionLine, type ActionLine } from "./action-line.ts";
import type { Outcome } from "./apply.ts";
import type { QueryTablesOutcome } from "./apply-query-tables.ts";
import { wasCutShort } from "./cut-short.ts";
import type { Note, Plan } from "./model.ts";
import { problemsOf, type RunFindings } from "./problems.ts";
import type { Trigger } from "./trigger.ts";
import { unfinishedAdoption, type AdoptingDeployment } from "./unfinished-adoption.ts";

/** An action and what became of it. */
export type ReportedAction = ActionLine & Omit<Outcome, "action">;

/** An outcome as a report, a log line or a table shows it. */
export function reportAction({ action, ...result }: Outcome): ReportedAction {
  return { ...actionLine(action), ...result };
}

/** What one run saw, did and left alone. Kept as JSON in the bucket. */
export interface ReconcileReport {
  readonly version: 1;
  readonly deployment: string;
  readonly mode: "reconcile" | "destroy";
  /** What role management was started by; Terraform's runs have none. */
  readonly trigger?: Trigger | undefined;
  /**
   * `failed`: some work failed, nothing could be seen, a destroy left a role, or roles of a former bucket are left, which
   * no next run would take over by itself. `incomplete`: time ran short; the next run continues. `partial`: there are problems, and everything else is done. `ok`: there is no problem.
   */
  readonly status: "ok" | "failed" | "incomplete" | "partial";
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly regions: readonly (
    | { readonly region: string; readonly state: "complete"; readonly clusters: number }
    | { readonly region: string; readonly state: "failed"; readonly reason: string }
  )[];
  readonly counts: Readonly<Record<string, number>>;
  readonly actions: readonly ReportedAction[];
  /** All notes but `unchanged`, which is only counted. */
  readonly notes: readonly Note[];
  /** What became of the query tables' lists of clusters; none where there are no tables. */
  readonly queryTables?: QueryTablesOutcome | undefined;
  /** One line each: what a person should look at. */
  readonly problems: readonly string[];
}

function countOf(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** Whether there was something to see, and nothing of it was seen: no region, or no cluster of those that are listed. */
function sawNothing({ regions }: RunFindings["observation"]): boolean {
  const listed = regions.flatMap((region) => (region.state === "complete" ? [region.clusters] : []));
  if (listed.length === 0) return regions.length > 0;
  const clusters = listed.flat();
  return clusters.length > 0 && clusters.every(({ status }) => status === "UNREADABLE");
}

function statusOf(run: RunFindings, problems: readonly string[]): ReconcileReport["status"] {
  if (run.outcomes.some(({ state }) => state === "failed")) return "failed";
  if (sawNothing(run.observation)) return "failed";
  if (run.mode === "destroy" && problems.length > 0) return "failed";
  if (run.outcomes.some(({ state }) => state === "skipped") || wasCutShort(run.observation))
    return "incomplete";
  if (run.mode === "reconcile" && (run.queryTables?.skipped ?? []).length > 0) return "incomplete";
  return problems.length > 0 ? "partial" : "ok";
}

/** What a run consisted of. */
export interface RunRecord extends RunFindings {
  readonly deployment: AdoptingDeployment;
  readonly plan: Plan;
  readonly trigger?: Trigger | undefined;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}

/** The report of a finished run. */
export function reportRun(run: RunRecord): ReconcileReport {
  const unfinished = unfinishedAdoption(run.deployment, run.observation, run.outcomes);
  // First, because it is the one that does not go away by itself.
  const problems = [...(unfinished === undefined ? [] : [unfinished]), ...problemsOf(run)];
  return {
    version: 1,
    deployment: run.deployment.bucket,
    mode: run.mode,
    trigger: run.trigger,
    status: unfinished === undefined ? statusOf(run, problems) : "failed",
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt.toISOString(),
    regions: run.observation.regions.map((region) =>
      region.state === "complete" ? { ...region, clusters: region.clusters.length } : region,
    ),
    // A note and an outcome can be of one name: a conflict that the plan saw, and one that was met.
    counts: countOf([
      ...run.plan.notes.map(({ kind }) => kind),
      ...run.outcomes.map(({ action, state }) => (state === "done" ? action.kind : state)),
    ]),
    actions: run.outcomes.map(reportAction),
    notes: run.plan.notes.filter((note) => note.kind !== "unchanged"),
    queryTables: run.queryTables,
    problems,
  };
}
