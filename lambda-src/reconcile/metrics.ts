import {
  ROLE_METRICS_DIMENSION,
  ROLE_METRICS_NAMESPACE,
  type RoleMetric,
} from "../../contract/role-metrics.ts";
import type { ReconcileReport } from "./report.ts";

/** The run's figures, by metric name. */
export function runMetrics(report: ReconcileReport): Readonly<Record<RoleMetric, number>> {
  const counts = report.counts;
  return {
    RolesCreated: counts["create"] ?? 0,
    RolesUpdated: counts["update"] ?? 0,
    RolesDeleted: counts["delete"] ?? 0,
    RolesUnchanged: counts["unchanged"] ?? 0,
    RolesHeld: counts["held"] ?? 0,
    DeletionsBraked: counts["braked"] ?? 0,
    RoleConflicts: counts["conflict"] ?? 0,
    ActionsFailed: counts["failed"] ?? 0,
    RegionsFailed: report.regions.filter((region) => region.state === "failed").length,
    RunsIncomplete: report.status === "incomplete" ? 1 : 0,
  };
}

/** The figures as a CloudWatch embedded-metric-format log record. */
export function metricRecord(report: ReconcileReport): object {
  const metrics = runMetrics(report);
  return {
    _aws: {
      Timestamp: Date.parse(report.finishedAt),
      CloudWatchMetrics: [
        {
          Namespace: ROLE_METRICS_NAMESPACE,
          Dimensions: [[ROLE_METRICS_DIMENSION]],
          Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    [ROLE_METRICS_DIMENSION]: report.deployment,
    ...metrics,
  };
}
