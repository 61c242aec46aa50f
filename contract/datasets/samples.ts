import { RUN_COLUMNS, type Column, type Dataset, type PrometheusQuery } from "./column.ts";
import { STATE_QUERIES } from "./container-state.ts";
import { GPU_METRICS } from "./gpu-metrics.ts";

/** The metric without which an hour has no samples: every container that runs has it. */
export const PRESENCE_METRIC = "container_memory_working_set_bytes";

/** What cAdvisor measures of a container: the list of the predecessor's granular job. */
const CADVISOR_METRICS: readonly (readonly [metric: string, unit: string, mayBeEmpty?: true])[] = [
  [PRESENCE_METRIC, "bytes"],
  ["container_memory_usage_bytes", "bytes"],
  ["container_memory_rss", "bytes"],
  ["container_memory_cache", "bytes"],
  ["container_cpu_usage_seconds_total", "core-seconds since the start"],
  ["container_cpu_cfs_throttled_seconds_total", "seconds since the start", true],
  ["container_spec_cpu_quota", "microseconds per period", true],
  ["container_spec_cpu_period", "microseconds"],
  ["container_fs_usage_bytes", "bytes"],
  ["container_fs_reads_bytes_total", "bytes since the start"],
  ["container_fs_writes_bytes_total", "bytes since the start"],
  ["container_last_seen", "epoch seconds"],
];

/**
 * Of kube-state-metrics only what usage is compared with. It changes within an hour since pods are resized in place;
 * the rest of the predecessor's raw lists (owner, phase, state, reasons, volumes, nodes) hardly does, and is in the
 * hourly datasets as seconds in state and counts: predecessor-metrics.ts says where.
 */
const KUBE_STATE_METRICS: readonly (readonly [metric: string, mayBeEmpty?: true])[] = [
  ["kube_pod_container_resource_requests"],
  ["kube_pod_container_resource_limits", true],
];

function raw(metric: string, matchers: string, meaning: string, mayBeEmpty?: true): PrometheusQuery {
  return {
    id: metric,
    promql: `${metric}${matchers}[1h]`,
    metrics: [metric],
    fold: "none",
    ...(mayBeEmpty ? { mayBeEmpty } : {}),
    meaning: `Raw samples: ${meaning}`,
  };
}

/** The queries for raw samples, one a metric, in the order of the file. */
export const SAMPLE_QUERIES: readonly PrometheusQuery[] = [
  ...CADVISOR_METRICS.map(([metric, unit, mayBeEmpty]) => raw(metric, "{$cadvisor}", unit, mayBeEmpty)),
  ...KUBE_STATE_METRICS.map(([metric, mayBeEmpty]) =>
    raw(metric, '{$ksm, resource=~"cpu|memory"}', "cores or bytes, as resource says", mayBeEmpty),
  ),
  // A cluster without GPUs is a healthy one.
  ...GPU_METRICS.map(({ metric, unit }) => raw(metric, "{$all}", unit, true)),
];

function text(name: string, rule: string, meaning: string, nullable = true): Column {
  return { name, type: "string", nullable, source: { from: "derived", rule }, meaning };
}

const IDLE =
  "; null on a DCGM series that names its exporter, as an idle GPU's does: the labels stay in labels";

/** Raw samples of the metrics that right-sizing looks at, series by series. */
export const samples: Dataset = {
  name: "samples",
  job: "samples",
  version: 1,
  grain: "One sample of one Prometheus series, as scraped within the hour",
  key: ["metric", "namespace", "pod", "container", "resource", "gpu_uuid", "labels", "timestamp"],
  columns: [
    ...RUN_COLUMNS,
    text("metric", "the metric's name", "Name of the metric", false),
    text(
      "namespace",
      `label exported_namespace where the scrape has renamed it, else namespace${IDLE}`,
      "Kubernetes namespace",
    ),
    text("pod", `label exported_pod where the scrape has renamed it, else pod${IDLE}`, "Name of the pod"),
    text(
      "pod_uid",
      "label uid; else from cAdvisor's id (systemd and cgroupfs drivers); else the one uid that kube-state-metrics reports for the pod's name; else null",
      "UID of the pod",
    ),
    text(
      "container",
      `label exported_container where the scrape has renamed it, else container${IDLE}`,
      "Name of the container",
    ),
    text(
      "node",
      "label node; else from kube_pod_info by the pod's UID, or the exporter's on an idle GPU; else label Hostname; else null",
      "Node the series is about",
    ),
    text("resource", "label resource", "What a request or limit is of: cpu (cores) or memory (bytes)"),
    text("gpu_uuid", "label UUID", "UUID of the GPU"),
    {
      name: "labels",
      type: "string",
      unit: "JSON",
      nullable: false,
      source: {
        from: "derived",
        rule: "all labels that namespace, pod, container, resource and gpu_uuid were not taken from, as a JSON object, keys sorted",
      },
      meaning:
        "The other labels of the series; what the lists deny is left out, what they hash is a hash, and series that became equal are numbered as __series__",
    },
    {
      name: "timestamp",
      type: "timestamp",
      nullable: false,
      source: { from: "derived", rule: "the sample's own time" },
      meaning:
        "When it was sampled; cAdvisor's samples carry their own time, up to 15 seconds before the scrape",
    },
    {
      name: "value",
      type: "double",
      unit: "of the metric",
      nullable: false,
      source: {
        from: "derived",
        rule: "the sample's value; NaN and the infinities as they are, no row where the series was stale",
      },
      meaning: "The sample; counters as they were read, so take differences",
    },
  ],
  queries: [...STATE_QUERIES.filter(({ id }) => id === "pod_info"), ...SAMPLE_QUERIES],
  totals: ["value"],
};
