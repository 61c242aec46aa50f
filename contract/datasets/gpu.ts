import { RUN_COLUMNS, type Column, type Dataset, type PrometheusQuery } from "./column.ts";
import { atMinuteEnd } from "./container-measures.ts";
import { STATE_QUERIES } from "./container-state.ts";
import { GPU_MEASURES, gpuColumn, gpuQuery, perGpu } from "./gpu-measures.ts";

/** Metrics by which a GPU is seen: not every GPU and driver has each of them. */
const SEEN_BY = ["DCGM_FI_DEV_FB_USED", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_DEV_DEC_UTIL"];

const INFO = "UUID, GPU_I_ID, GPU_I_PROFILE, modelName, Hostname, node, device, DCGM_FI_DRIVER_VERSION";

function text(name: string, rule: string, meaning: string, nullable = true): Column {
  return { name, type: "string", nullable, source: { from: "derived", rule }, meaning };
}

function info(name: string, label: string, meaning: string): Column {
  return {
    name,
    type: "string",
    nullable: true,
    source: { from: "prometheus", query: "info", label },
    meaning,
  };
}

/** What tells a workload from the exporter that was scraped. */
const WORKLOAD_RULE =
  'where any GPU\'s series of the hour has a label exported_…; else null where pod or container name the exporter itself ("dcgm" in it, or "nvidia" and "exporter")';

function anyOf(form: (metric: string) => string): string {
  return SEEN_BY.map(form).join(" or ");
}

/** PromQL of the scrapes within the hour that saw a GPU with a workload, or without one. */
const SCRAPES = perGpu(anyOf((metric) => `count_over_time(${metric}{$all}[1h])`));

const SEEN: readonly PrometheusQuery[] = [
  {
    id: "sample_count",
    promql: SCRAPES,
    metrics: SEEN_BY,
    fold: "sum",
    mayBeEmpty: true,
    meaning: "Scrapes that saw the GPU with this workload, or without one",
  },
  {
    id: "observed_seconds",
    // Nothing for what was not scraped within the hour itself, although Prometheus looks five minutes back.
    promql: `60 * count_over_time((${perGpu(anyOf((metric) => atMinuteEnd(`${metric}{$all}`)))})[1h:1m]) and ${SCRAPES}`,
    metrics: SEEN_BY,
    fold: "sum",
    mayBeEmpty: true,
    meaning: "Time in which the GPU was seen with this workload, or without one, to the minute",
  },
];

/** What each GPU, or MIG instance of one, did for each workload, and while it had none. */
export const gpu: Dataset = {
  name: "gpu",
  version: 1,
  grain:
    "One GPU or MIG instance with one container that it was given to in the hour; without a container for the time in which it was idle",
  key: ["gpu_uuid", "mig_id", "namespace", "pod", "container"],
  columns: [
    ...RUN_COLUMNS,
    text("gpu_uuid", "label UUID", "UUID of the GPU", false),
    text("mig_id", "label GPU_I_ID", "Id of the MIG instance; null for a whole GPU"),
    text(
      "namespace",
      `label exported_namespace ${WORKLOAD_RULE}, else label namespace`,
      "Namespace of the workload; null while idle",
    ),
    text(
      "pod",
      `label exported_pod ${WORKLOAD_RULE}, else label pod`,
      "Pod of the workload; null while idle",
    ),
    text(
      "pod_uid",
      "the one uid that kube-state-metrics reports for the pod's name; null when several shared it",
      "UID of the pod",
    ),
    text(
      "container",
      `label exported_container ${WORKLOAD_RULE}, else label container`,
      "Container of the workload; null while idle",
    ),
    text(
      "node",
      "label node; else from kube_pod_info, by the pod or the exporter's; else label Hostname",
      "Node that has the GPU",
    ),
    info("model", "modelName", "Model of the GPU"),
    info("mig_profile", "GPU_I_PROFILE", "Profile of the MIG instance"),
    info("device", "device", "Device on the node: nvidia0"),
    info("driver_version", "DCGM_FI_DRIVER_VERSION", "Version of the driver"),
    {
      name: "workload_count",
      type: "int64",
      unit: "containers",
      nullable: false,
      source: { from: "derived", rule: "rows of the same gpu_uuid and mig_id that name a pod" },
      meaning:
        "Containers that the GPU was given to in the hour. Each measurement is of the GPU, so that where several share it at once, each row has the same",
    },
    {
      name: "sample_count",
      type: "int64",
      unit: "samples",
      nullable: true,
      source: { from: "prometheus", query: "sample_count" },
      meaning: "Scrapes that saw the GPU so: what the other columns can be trusted for",
    },
    {
      name: "observed_seconds",
      type: "double",
      unit: "seconds",
      nullable: true,
      source: { from: "prometheus", query: "observed_seconds" },
      meaning: "Time in which the GPU was seen so, to the minute; the idle time on a row without a pod",
    },
    ...GPU_MEASURES.map(gpuColumn),
  ],
  queries: [
    ...STATE_QUERIES.filter(({ id }) => id === "pod_info"),
    {
      id: "capacity",
      promql: 'max by (node) (max_over_time(kube_node_status_capacity{$ksm, resource="nvidia_com_gpu"}[1h]))',
      metrics: ["kube_node_status_capacity"],
      fold: "max",
      mayBeEmpty: true,
      meaning: "GPUs that the nodes have, by kube-state-metrics",
    },
    {
      id: "info",
      promql: `max by (${INFO}) (${anyOf((metric) => `count_over_time(${metric}{$all}[1h])`)})`,
      metrics: SEEN_BY,
      fold: "text",
      mayBeEmpty: true,
      meaning: "What the GPU is, and where",
    },
    ...SEEN,
    ...GPU_MEASURES.map(gpuQuery),
  ],
  totals: ["observed_seconds", "sample_count"],
};
