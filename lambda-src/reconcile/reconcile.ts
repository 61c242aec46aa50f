import { reasonOf } from "../aws-errors.ts";
import { adoptFormer } from "./adopt.ts";
import { applyPlan, type Outcome } from "./apply.ts";
import { applyToTables } from "./apply-query-tables.ts";
import { desireRoles } from "./desire.ts";
import { guardDestroy, guardPlan } from "./guard.ts";
import { metricRecord } from "./metrics.ts";
import type { Deployment, Observation, Plan } from "./model.ts";
import { THOROUGH, type Look } from "./look.ts";
import { observe, observeRoles, readInFull } from "./observe.ts";
import { planDestroy, planRoles } from "./plan.ts";
import { logPlan } from "./plan-log.ts";
import type { Log, Ports, Reads } from "./ports.ts";
import { clustersWithRoles, planList, planRelease } from "./query-tables.ts";
import { reportAction, reportRun, type ReconcileReport } from "./report.ts";
import type { Trigger } from "./trigger.ts";

/** What would be done on this observation at this instant. Pure: a dry run is this and nothing more. */
export function planRun(deployment: Deployment, observation: Observation, now: Date): Plan {
  const { roles, adoptions } = adoptFormer(deployment, observation.roles);
  const adopted = { ...observation, roles };
  const plan = planRoles(deployment, desireRoles(deployment, adopted), adopted);
  const actions = [...adoptions, ...plan.actions];
  return guardPlan({ ...plan, actions }, { deployment, observation: adopted, now });
}

function logOutcome(log: Log, outcome: Outcome): void {
  log(outcome.state === "done" ? "INFO" : "WARN", "Action finished", reportAction(outcome));
}

function logReport(log: Log, report: ReconcileReport): void {
  for (const problem of report.problems) log("WARN", "Problem found", { problem });
  log(report.status === "ok" ? "INFO" : "WARN", "Run finished", {
    status: report.status,
    counts: report.counts,
    trigger: report.trigger,
    ...metricRecord(report),
  });
}

/** A report that could not be kept is a failure of the run, but not a reason to lose the report. */
async function keep(report: ReconcileReport, store: () => Promise<void>, log: Log): Promise<ReconcileReport> {
  try {
    await store();
    return report;
  } catch (error) {
    const problem = `Cannot keep the report in the bucket: ${reasonOf(error)}`;
    log("ERROR", "Report not kept", { problem });
    return { ...report, status: "failed", problems: [...report.problems, problem] };
  }
}

/** A run of which nothing is done yet. */
export interface PlannedRun {
  readonly startedAt: Date;
  readonly observation: Observation;
  readonly plan: Plan;
  /** What it was started by, when that is told. */
  readonly trigger?: Trigger | undefined;
}

/** Roles that are about to be changed. A role is read again before it is deleted, so deletions are none of them. */
function changedRoles(plan: Plan): ReadonlySet<string> {
  return new Set(plan.actions.flatMap((action) => (action.kind === "update" ? [action.role.name] : [])));
}

/** Observe, desire, plan, guard. Writes nothing. @throws when IAM cannot be listed */
async function planReconcile(
  deployment: Deployment,
  look: Look,
  ports: Reads & Pick<Ports, "now">,
): Promise<PlannedRun> {
  const startedAt = ports.now();
  const seen = await observe(deployment, ports, look);
  const changed = changedRoles(planRun(deployment, seen, ports.now()));
  const observation = await readInFull(seen, changed, ports.roles, look);
  return { startedAt, observation, plan: planRun(deployment, observation, ports.now()) };
}

/**
 * Apply, report: does exactly what was planned, whoever has looked at it in between, and keeps the report. `onOutcome`
 * hears of each action as it ends.
 */
export async function carryOut(
  deployment: Deployment,
  planned: PlannedRun,
  ports: Ports,
  onOutcome: (outcome: Outcome) => void = (outcome) => logOutcome(ports.log, outcome),
): Promise<ReconcileReport> {
  logPlan(ports.log, planned.plan);
  const outcomes = await applyPlan(planned.plan.actions, deployment, ports, onOutcome);
  const clusters = clustersWithRoles(deployment, planned.observation);
  const queryTables = await applyToTables(ports, (present) => planList(present, clusters));
  const finishedAt = ports.now();
  const report = reportRun({ mode: "reconcile", deployment, ...planned, outcomes, queryTables, finishedAt });
  logReport(ports.log, report);
  return keep(report, () => ports.reports.write(report), ports.log);
}

/** How one run differs from another. */
export interface RunOptions {
  /** How it looks. @default at everything */
  readonly look?: Look;
  /** What it was started by; only told. */
  readonly trigger?: Trigger;
}

/** One run: observe, desire, plan, guard, apply, report. */
export async function reconcile(
  deployment: Deployment,
  ports: Ports,
  { look = THOROUGH, trigger }: RunOptions = {},
): Promise<ReconcileReport> {
  const planned = await planReconcile(deployment, look, ports);
  return carryOut(deployment, { ...planned, trigger }, ports);
}

/**
 * Removes the deployment's roles and its report. Doing it twice is harmless. A role of ours that stays, for whatever
 * reason, is a failure, so that Terraform does not go on to delete the boundary below it. Query tables stay where
 * create_iam_user takes over, and nobody keeps their lists then; one that cannot be told so is no failure.
 */
export async function destroy(deployment: Deployment, ports: Ports): Promise<ReconcileReport> {
  const startedAt = ports.now();
  const found = await observeRoles(deployment, ports);
  const plan = guardDestroy(planDestroy(deployment, found), deployment);
  logPlan(ports.log, plan);
  const outcomes = await applyPlan(plan.actions, deployment, ports, (outcome) =>
    logOutcome(ports.log, outcome),
  );
  const queryTables = await applyToTables(ports, planRelease);
  // Roles that could not be read are held notes of the plan.
  const observation = { regions: [], unreadableRoles: [], lookups: [] };
  const finishedAt = ports.now();
  const report = reportRun({
    mode: "destroy",
    deployment,
    observation,
    plan,
    outcomes,
    queryTables,
    startedAt,
    finishedAt,
  });
  logReport(ports.log, report);
  return keep(report, () => ports.reports.remove(), ports.log);
}
