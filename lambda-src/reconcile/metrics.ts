import type { ReconcileReport } from "./report.ts";

/** Namespace of the metrics; their one dimension is `Deployment`. */
export const METRIC_NAMESPACE = "ContainerInsights/Roles";

/** The run's figures, by metric name. */
export function runMetrics(report: ReconcileReport): Readonly<Record<string, number>> {
  const counts = report.counts;
  return {
    RolesCreated: counts["create"] ?? 0,
    RolesUpdated: counts["update"] ?? 0,
    RolesDeleted: counts["delete"] ?? 0,
    RolesUnchanged: counts["unchanged"] ?? 0,
    RolesHeld: (counts["held"] ?? 0) + (counts["braked"] ?? 0),
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
          Namespace: METRIC_NAMESPACE,
          Dimensions: [["Deployment"]],
          Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    Deployment: report.deployment,
    ...metrics,
  };
}
