import type { Column, ColumnType, Fold, PrometheusQuery } from "./column.ts";

const BY_CADVISOR = "namespace, pod, container, id";

/** A measurement: the query and the column that shows its answer. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly promql: string;
  readonly metric: string;
  readonly fold: Fold;
  readonly meaning: string;
  readonly type?: ColumnType;
  readonly mayBeEmpty?: true;
}

/** Devices of one container are added; the same series scraped twice counts once (inner `max`). */
export function perContainer(inner: string, device = ""): string {
  return device === ""
    ? `max by (${BY_CADVISOR}) (${inner})`
    : `sum by (${BY_CADVISOR}) (max by (${BY_CADVISOR}, ${device}) (${inner}))`;
}

/**
 * The same selector as a minute's end sees it. A subquery's steps are the minutes' first instants, from the hour's
 * first one on; looked at there, the first minute would only see the hour before, and the last one nothing of itself.
 */
export function atMinuteEnd(selector: string): string {
  return `${selector} offset -59999ms`;
}

function gauge(
  prefix: string,
  metric: string,
  meaning: string,
  statistics: readonly ("avg" | "max" | "p95")[],
  device = "",
): Measure[] {
  const forms = {
    avg: { inner: `avg_over_time(${metric}{$cadvisor}[1h])`, fold: "mean", words: "average" },
    max: { inner: `max_over_time(${metric}{$cadvisor}[1h])`, fold: "max", words: "maximum" },
    p95: {
      inner: `quantile_over_time(0.95, ${metric}{$cadvisor}[1h])`,
      fold: "max",
      words: "95th percentile",
    },
  } as const;
  return statistics.map((statistic) => ({
    name: `${prefix}_${statistic}`,
    unit: "bytes",
    promql: perContainer(forms[statistic].inner, device),
    metric,
    fold: forms[statistic].fold,
    meaning: `${meaning}, ${forms[statistic].words} over the hour`,
  }));
}

function counter(name: string, unit: string, metric: string, meaning: string, device = ""): Measure {
  return {
    name,
    unit,
    promql: perContainer(`increase(${metric}{$cadvisor}[1h])`, device),
    metric,
    fold: "sum",
    meaning,
  };
}

// Five-minute rates are taken at each minute's end from the windows that lie wholly inside the hour: 56 of them. At a
// minute's first instant, Prometheus 3 would see one sample fewer than 2.x where a scrape falls on just that instant.
const CPU_RATES = `rate(${atMinuteEnd("container_cpu_usage_seconds_total{$cadvisor}[5m]")})[56m:1m]`;

const WORKING_SET = "container_memory_working_set_bytes{$cadvisor}";

/** What cAdvisor measures of a container, one query and one column each. */
export const MEASURES: readonly Measure[] = [
  {
    name: "sample_count",
    unit: "samples",
    type: "int64",
    promql: perContainer("count_over_time(container_memory_working_set_bytes{$cadvisor}[1h])"),
    metric: "container_memory_working_set_bytes",
    fold: "sum",
    meaning: "Scrapes that saw the container: what the other columns can be trusted for",
  },
  {
    name: "observed_seconds",
    unit: "seconds",
    promql: perContainer(
      // The inner comparison leaves out what was last scraped in the hour before, as the hour begins at 0 of 3600.
      `60 * count_over_time((time() - (timestamp(${atMinuteEnd(WORKING_SET)}) >= time() - time() % 3600) <= 60)[1h:1m])`,
    ),
    metric: "container_memory_working_set_bytes",
    fold: "sum",
    meaning:
      "Time in which the container was seen: minutes at whose end the hour's last scrape of it is less than two minutes old (cAdvisor's samples carry their own time, so Prometheus would go on for five)",
  },
  counter(
    "cpu_usage_core_seconds",
    "core-seconds",
    "container_cpu_usage_seconds_total",
    "CPU time used in the hour (increase, extrapolated to the hour's edges as Prometheus does)",
    "cpu",
  ),
  {
    name: "cpu_usage_cores_max",
    unit: "cores",
    promql: perContainer(`max_over_time(${CPU_RATES})`),
    metric: "container_cpu_usage_seconds_total",
    fold: "max",
    meaning: "Highest 5-minute CPU rate inside the hour",
  },
  {
    name: "cpu_usage_cores_p95",
    unit: "cores",
    promql: perContainer(`quantile_over_time(0.95, ${CPU_RATES})`),
    metric: "container_cpu_usage_seconds_total",
    fold: "max",
    meaning: "95th percentile of the 5-minute CPU rates inside the hour; of several starts, the highest",
  },
  {
    ...counter(
      "cpu_throttled_seconds",
      "seconds",
      "container_cpu_cfs_throttled_seconds_total",
      "Time in which the CPU limit held the container back; null without a CPU limit",
    ),
    mayBeEmpty: true,
  },
  {
    name: "cpu_quota_microseconds",
    unit: "microseconds",
    promql: perContainer("max_over_time(container_spec_cpu_quota{$cadvisor}[1h])"),
    metric: "container_spec_cpu_quota",
    fold: "max",
    mayBeEmpty: true,
    meaning: "CFS quota per period; null without a CPU limit",
  },
  {
    name: "cpu_period_microseconds",
    unit: "microseconds",
    promql: perContainer("max_over_time(container_spec_cpu_period{$cadvisor}[1h])"),
    metric: "container_spec_cpu_period",
    fold: "max",
    meaning: "CFS period",
  },
  ...gauge(
    "memory_working_set_bytes",
    "container_memory_working_set_bytes",
    "Working set: what the OOM killer looks at",
    ["avg", "max", "p95"],
  ),
  ...gauge("memory_rss_bytes", "container_memory_rss", "Anonymous memory", ["avg", "max"]),
  ...gauge("memory_usage_bytes", "container_memory_usage_bytes", "All memory, page cache included", [
    "avg",
    "max",
  ]),
  ...gauge("memory_cache_bytes", "container_memory_cache", "Page cache", ["avg"]),
  ...gauge("fs_usage_bytes", "container_fs_usage_bytes", "Writable layer and logs", ["avg", "max"], "device"),
  counter(
    "fs_reads_bytes",
    "bytes",
    "container_fs_reads_bytes_total",
    "Bytes read from block devices",
    "device",
  ),
  counter(
    "fs_writes_bytes",
    "bytes",
    "container_fs_writes_bytes_total",
    "Bytes written to block devices",
    "device",
  ),
];

export function measureQuery(measure: Measure): PrometheusQuery {
  return {
    id: measure.name,
    promql: measure.promql,
    metrics: [measure.metric],
    fold: measure.fold,
    ...(measure.mayBeEmpty ? { mayBeEmpty: true } : {}),
    meaning: measure.meaning,
  };
}

export function measureColumn(measure: Measure): Column {
  return {
    name: measure.name,
    type: measure.type ?? "double",
    unit: measure.unit,
    nullable: true,
    source: { from: "prometheus", query: measure.name },
    meaning: measure.meaning,
  };
}
