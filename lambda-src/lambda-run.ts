import { setTimeout as sleep } from "node:timers/promises";
import { queryDatabaseName } from "../contract/names.ts";
import type { EksCalls } from "./adapters/eks-calls.ts";
import { openClusterDirectory, openEks } from "./adapters/eks.ts";
import { openGlue, openQueryTables } from "./adapters/glue.ts";
import { openIam } from "./adapters/iam.ts";
import { openReportStore } from "./adapters/reports.ts";
import { openAssociations } from "./adapters/pod-identity.ts";
import { openRoleStore } from "./adapters/role-store.ts";
import { readSettings } from "./env.ts";
import { ReconcileError } from "./errors.ts";
import { callerOf, type LambdaContext } from "./lambda-context.ts";
import { scheduledLook, timedLook, type Look } from "./reconcile/look.ts";
import type { Deployment } from "./reconcile/model.ts";
import type { Log, Ports } from "./reconcile/ports.ts";
import type { ReconcileReport } from "./reconcile/report.ts";

/** Left for finishing the action under way, its retries, and the report. */
const RESERVE_MS = 60_000;

const PROBLEMS_SHOWN = 10;

/** One JSON line per event on standard output, where Lambda collects it. */
const logLine: Log = (level, message, fields) => {
  console.log(JSON.stringify({ level, message, ...fields }));
};

function tablesOf({ namePrefix, queryTables = [] }: Deployment) {
  return { database: queryDatabaseName(namePrefix), tables: queryTables };
}

/** Everything one invocation needs: settings from the environment, identity from the function's own ARN. */
export function openRun(context: LambdaContext): { deployment: Deployment; ports: Ports } {
  // Each client has connections of its own.
  const eks = new Map<string, EksCalls>();
  const eksOf = (clusterRegion: string): EksCalls => {
    const known = eks.get(clusterRegion) ?? openEks(clusterRegion);
    eks.set(clusterRegion, known);
    return known;
  };
  const { partition, region, account } = callerOf(context.invokedFunctionArn);
  const deployment = { ...readSettings(), partition, account };
  const ports: Ports = {
    roles: openRoleStore(openIam(region)),
    clusters: (clusterRegion) => openClusterDirectory(eksOf(clusterRegion)),
    associations: (clusterRegion) => openAssociations(eksOf(clusterRegion)),
    queryTables: deployment.queryTables && openQueryTables(openGlue(region), tablesOf(deployment)),
    reports: openReportStore(region, deployment.bucket),
    log: logLine,
    now: () => new Date(),
    sleep,
    hasTime: () => context.getRemainingTimeInMillis() > RESERVE_MS,
  };
  return { deployment, ports };
}

/**
 * How an invocation looks: for half of the time that it has, so that the other half is left for what it finds.
 * `thorough`: everything of every role, as where a person or Terraform asks.
 */
export function lookOf(context: LambdaContext, { now }: Pick<Ports, "now">, thorough: boolean): Look {
  const untilMs = Math.max(context.getRemainingTimeInMillis() / 2, RESERVE_MS);
  const hasTime = (): boolean => context.getRemainingTimeInMillis() > untilMs;
  return thorough ? timedLook(now(), hasTime) : scheduledLook(now(), hasTime);
}

/** What an invocation answers. The whole report is in the bucket and in the log. */
export interface RunSummary {
  readonly status: ReconcileReport["status"];
  readonly counts: ReconcileReport["counts"];
  readonly problems: readonly string[];
}

/** A thousand clusters can have a thousand problems; Lambda and Terraform show the error as one line. */
function firstFew(problems: readonly string[]): string {
  const more = problems.length - PROBLEMS_SHOWN;
  const shown = problems.slice(0, PROBLEMS_SHOWN).join("; ");
  return more > 0 ? `${shown}; and ${more} more, in the function's log` : shown;
}

/**
 * The answer to an invocation.
 * @throws ReconcileError when the report says so: `allow` names the states that are fine for this caller
 */
export function answer(report: ReconcileReport, allow: readonly ReconcileReport["status"][]): RunSummary {
  const { status, counts, problems } = report;
  if (allow.includes(status)) return { status, counts, problems };
  const reasons = problems.length > 0 ? firstFew(problems) : "time ran short; run it again to continue";
  throw new ReconcileError(`Role reconciliation of "${report.deployment}" ended as "${status}": ${reasons}`);
}
