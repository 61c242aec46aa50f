import { RUN_COLUMNS, type Dataset, type PrometheusQuery } from "./column.ts";
import { keyColumn, queried } from "./query-forms.ts";

const TARGET = { job: { label: "job" }, instance: { label: "instance" } } as const;

/** A job may scrape several paths of an instance (`metrics_path`): `min` tells of the worst of them, `max` of the most. */
function perTarget(
  id: string,
  worst: "min" | "max",
  promql: string,
  metric: string,
  meaning: string,
): PrometheusQuery {
  return {
    id,
    promql: `${worst} by (job, instance) (${promql})`,
    metrics: [metric],
    fold: "max",
    row: TARGET,
    meaning,
  };
}

/** What Prometheus scraped, and what it missed: how far the other datasets can be trusted. */
export const scrapeHealth: Dataset = {
  name: "scrape_health",
  version: 1,
  grain: "One target that Prometheus tried to scrape in the hour",
  key: ["job", "instance"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("job", "label job", "Job of the target"),
    keyColumn("instance", "label instance", "Address of the target"),
    queried("scrapes", "int64", "scrapes", { query: "scrapes" }, "How often it was tried"),
    queried(
      "up_ratio",
      "double",
      "ratio",
      { query: "up_ratio" },
      "Share of the tries that succeeded; of several paths of a target, the worst",
    ),
    queried("samples_avg", "double", "samples", { query: "samples_avg" }, "Samples of a scrape, on average"),
    queried("samples_min", "double", "samples", { query: "samples_min" }, "Samples of the smallest scrape"),
    queried(
      "samples_kept_avg",
      "double",
      "samples",
      { query: "samples_kept_avg" },
      "Samples of a scrape that metric_relabel_configs left",
    ),
    queried("duration_seconds_avg", "double", "seconds", { query: "duration_avg" }, "How long a scrape took"),
    queried(
      "duration_seconds_max",
      "double",
      "seconds",
      { query: "duration_max" },
      "How long the slowest took",
    ),
  ],
  queries: [
    perTarget("scrapes", "max", "count_over_time(up{$all}[1h])", "up", "Tries"),
    perTarget("up_ratio", "min", "avg_over_time(up{$all}[1h])", "up", "Success"),
    ...(
      [
        ["samples_avg", "avg", "scrape_samples_scraped"],
        ["samples_min", "min", "scrape_samples_scraped"],
        ["samples_kept_avg", "avg", "scrape_samples_post_metric_relabeling"],
        ["duration_avg", "avg", "scrape_duration_seconds"],
        ["duration_max", "max", "scrape_duration_seconds"],
      ] as const
    ).map(([id, statistic, metric]) => ({
      ...perTarget(
        id,
        statistic === "min" ? "min" : "max",
        `${statistic}_over_time(${metric}{$all}[1h])`,
        metric,
        "What a scrape gave",
      ),
      mayBeEmpty: true as const,
      decorates: true as const,
    })),
  ],
  totals: ["scrapes"],
};
