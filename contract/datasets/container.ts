import {
  RUN_COLUMNS,
  type Column,
  type ColumnType,
  type Dataset,
  type Fold,
  type PrometheusQuery,
} from "./column.ts";

const BY_CADVISOR = "namespace, pod, container, id";
const BY_KSM = "namespace, pod, uid, container";

interface Measure {
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
function perContainer(inner: string, device = ""): string {
  return device === ""
    ? `max by (${BY_CADVISOR}) (${inner})`
    : `sum by (${BY_CADVISOR}) (max by (${BY_CADVISOR}, ${device}) (${inner}))`;
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

// Five-minute rates are taken each minute from the windows that lie wholly inside the hour: 55 minutes of them.
const CPU_RATES = "rate(container_cpu_usage_seconds_total{$cadvisor}[5m])[55m:1m]";

const MEASURES: readonly Measure[] = [
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
      "60 * count_over_time((time() - timestamp(container_memory_working_set_bytes{$cadvisor}) < 120)[1h:1m])",
    ),
    metric: "container_memory_working_set_bytes",
    fold: "sum",
    meaning:
      "Time in which the container was seen: minutes whose last scrape is less than two minutes old (cAdvisor's samples carry their own time, so Prometheus would go on for five)",
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

function measureQuery(measure: Measure): PrometheusQuery {
  return {
    id: measure.name,
    promql: measure.promql,
    metrics: [measure.metric],
    fold: measure.fold,
    ...(measure.mayBeEmpty ? { mayBeEmpty: true } : {}),
    meaning: measure.meaning,
  };
}

function measureColumn(measure: Measure): Column {
  return {
    name: measure.name,
    type: measure.type ?? "double",
    unit: measure.unit,
    nullable: true,
    source: { from: "prometheus", query: measure.name },
    meaning: measure.meaning,
  };
}

const RESOURCES = 'resource=~"cpu|memory|ephemeral_storage|nvidia_com_gpu"';

const STATE_QUERIES: readonly PrometheusQuery[] = [
  {
    id: "last_seen",
    promql: perContainer("max_over_time(container_last_seen{$cadvisor}[1h])"),
    metrics: ["container_last_seen"],
    fold: "max",
    meaning: "When cAdvisor last saw the container",
  },
  {
    id: "requests",
    promql: `max by (${BY_KSM}, node, resource) (avg_over_time(kube_pod_container_resource_requests{$ksm, ${RESOURCES}}[1h]))`,
    metrics: ["kube_pod_container_resource_requests"],
    fold: "max",
    meaning: "Resource requests",
  },
  {
    id: "limits",
    promql: `max by (${BY_KSM}, node, resource) (avg_over_time(kube_pod_container_resource_limits{$ksm, ${RESOURCES}}[1h]))`,
    metrics: ["kube_pod_container_resource_limits"],
    fold: "max",
    mayBeEmpty: true,
    meaning: "Resource limits",
  },
  {
    id: "running_seconds",
    promql: `max by (${BY_KSM}) (60 * sum_over_time(kube_pod_container_status_running{$ksm}[1h:1m]))`,
    metrics: ["kube_pod_container_status_running"],
    fold: "max",
    meaning: "Time in the running state, to the minute",
  },
  {
    id: "restarts",
    promql: `max by (${BY_KSM}) (max_over_time(kube_pod_container_status_restarts_total{$ksm}[1h]) - min_over_time(kube_pod_container_status_restarts_total{$ksm}[1h]))`,
    metrics: ["kube_pod_container_status_restarts_total"],
    fold: "max",
    meaning: "Restarts within the hour",
  },
  {
    id: "terminated_reason",
    promql: `max by (${BY_KSM}, reason) (max_over_time(kube_pod_container_status_terminated_reason{$ksm}[1h])) > 0`,
    metrics: ["kube_pod_container_status_terminated_reason"],
    fold: "text",
    mayBeEmpty: true,
    meaning: "Why the container ended",
  },
  {
    id: "init_containers",
    promql: `max by (${BY_KSM}) (max_over_time(kube_pod_init_container_info{$ksm}[1h]))`,
    metrics: ["kube_pod_init_container_info"],
    fold: "max",
    mayBeEmpty: true,
    meaning: "Which containers are init containers",
  },
  {
    id: "pod_info",
    promql: "max by (namespace, pod, uid, node) (max_over_time(kube_pod_info{$ksm}[1h]))",
    metrics: ["kube_pod_info"],
    fold: "text",
    meaning: "UID and node of each pod",
  },
];

function resource(
  name: string,
  query: "requests" | "limits",
  kind: string,
  unit: string,
  meaning: string,
): Column {
  return {
    name,
    type: "double",
    unit,
    nullable: true,
    source: { from: "prometheus", query, where: { resource: kind } },
    meaning,
  };
}

function derivedText(name: string, nullable: boolean, rule: string, meaning: string): Column {
  return { name, type: "string", nullable, source: { from: "derived", rule }, meaning };
}

/** Usage, limits and state of each container in the hour, from cAdvisor and kube-state-metrics. */
export const container: Dataset = {
  name: "container",
  version: 1,
  grain:
    "One container of one pod that cAdvisor saw or kube-state-metrics says ran or restarted in the hour; restarts are folded into the row",
  key: ["namespace", "pod", "pod_uid", "container", "container_kind"],
  columns: [
    ...RUN_COLUMNS,
    derivedText("namespace", false, "label namespace", "Kubernetes namespace"),
    derivedText("pod", false, "label pod", "Name of the pod"),
    derivedText(
      "pod_uid",
      true,
      "from cAdvisor's id (systemd and cgroupfs drivers); else the one uid that kube-state-metrics reports for the pod's name; else null",
      "UID of the pod",
    ),
    derivedText("pod_uid_source", true, "cadvisor, kube-state-metrics, or null", "Where pod_uid was read"),
    derivedText("container", false, "label container", "Name of the container"),
    derivedText(
      "container_kind",
      true,
      "init when kube-state-metrics lists it as one; app when it reports its state; ephemeral when it knows the pod but not the container; null when it does not know the pod",
      "app, init or ephemeral",
    ),
    derivedText("node", true, "from kube_pod_info, else from the resource requests", "Node the pod ran on"),
    ...MEASURES.map(measureColumn),
    {
      name: "cpu_usage_cores_avg",
      type: "double",
      unit: "cores",
      nullable: true,
      source: { from: "derived", rule: "cpu_usage_core_seconds / observed_seconds" },
      meaning: "Cores used on average while the container was seen",
    },
    resource("cpu_request_cores", "requests", "cpu", "cores", "CPU request"),
    resource("cpu_limit_cores", "limits", "cpu", "cores", "CPU limit"),
    resource("memory_request_bytes", "requests", "memory", "bytes", "Memory request"),
    resource("memory_limit_bytes", "limits", "memory", "bytes", "Memory limit"),
    resource(
      "ephemeral_storage_request_bytes",
      "requests",
      "ephemeral_storage",
      "bytes",
      "Ephemeral storage request",
    ),
    resource(
      "ephemeral_storage_limit_bytes",
      "limits",
      "ephemeral_storage",
      "bytes",
      "Ephemeral storage limit",
    ),
    resource("gpu_request_count", "requests", "nvidia_com_gpu", "GPUs", "NVIDIA GPUs requested"),
    {
      name: "running_seconds",
      type: "double",
      unit: "seconds",
      nullable: true,
      source: { from: "prometheus", query: "running_seconds" },
      meaning: "Time in the running state, to the minute",
    },
    {
      name: "restarts",
      type: "int64",
      unit: "restarts",
      nullable: true,
      source: { from: "prometheus", query: "restarts" },
      meaning: "Restarts within the hour",
    },
    {
      name: "terminated_reason",
      type: "string",
      nullable: true,
      source: { from: "prometheus", query: "terminated_reason", label: "reason" },
      meaning:
        "Why the container ended in the hour (OOMKilled, Error, Completed …); several joined with a comma",
    },
    {
      name: "last_seen",
      type: "timestamp",
      nullable: true,
      source: { from: "prometheus", query: "last_seen" },
      meaning: "When cAdvisor last saw the container",
    },
  ],
  queries: [...MEASURES.map(measureQuery), ...STATE_QUERIES],
  totals: [
    "cpu_usage_core_seconds",
    "memory_working_set_bytes_avg",
    "observed_seconds",
    "running_seconds",
    "restarts",
  ],
};
