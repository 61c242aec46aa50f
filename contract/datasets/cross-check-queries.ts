/** One instant query of the cross-check; `$cadvisor`, `$ksm` and `$all` stand for matchers, as in the dictionary. */
export interface CrossCheckQuery {
  readonly promql: string;
  /** Metric names it reads: they belong to the keep-list. */
  readonly metrics: readonly string[];
  /** Who exposes them. What OpenCost exposes is measured by it, but not by the part that answers allocations. */
  readonly exposedBy: "cadvisor" | "kube-state-metrics" | "opencost" | "dcgm-exporter";
  /**
   * When to ask. Within: just before the hour's end, so that no sample of the next hour counts. End: at the end itself,
   * where a counter's last increase ends and where OpenCost looks for the last time.
   */
  readonly at: "within" | "end";
  readonly meaning: string;
}

const CONTAINER = "namespace, pod, container";

function requested(resource: string, meaning: string): CrossCheckQuery {
  return {
    promql: `avg by (${CONTAINER}) (avg_over_time(kube_pod_container_resource_requests{$ksm, resource="${resource}"}[1h]))`,
    metrics: ["kube_pod_container_resource_requests"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning,
  };
}

function capacity(resource: string, meaning: string): CrossCheckQuery {
  return {
    promql: `avg by (node) (avg_over_time(kube_node_status_capacity{$ksm, resource="${resource}"}[1h]))`,
    metrics: ["kube_node_status_capacity"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning,
  };
}

function fromOpenCost(metric: string, labels: string, meaning: string): CrossCheckQuery {
  return {
    promql: `avg by (${labels}) (avg_over_time(${metric}{$all}[1h]))`,
    metrics: [metric],
    exposedBy: "opencost",
    at: "within",
    meaning,
  };
}

/** `min` or `max` of the instants, five minutes apart, at which a vector has a series: its first and last. */
function seen(
  edge: "min" | "max",
  vector: string,
  metric: string,
  exposedBy: CrossCheckQuery["exposedBy"],
): CrossCheckQuery {
  return {
    // A range a little over an hour has the instants at both ends of the hour, in left-open ranges, too.
    promql: `${edge}_over_time((time() + 0 * ${vector})[61m:5m])`,
    metrics: [metric],
    exposedBy,
    at: "end",
    meaning: `${edge === "min" ? "First" : "Last"} instant at which it was seen, epoch seconds`,
  };
}

const RUNNING = "max by (namespace, pod) (kube_pod_container_status_running{$ksm} > 0)";
const PRICED = "max by (node) (node_cpu_hourly_cost{$all})";

/** What the allocation of an hour is recomputed from, by name. The formula: docs/cross-check.md. */
export const CROSS_CHECK_QUERIES = {
  podFirstSeen: seen("min", RUNNING, "kube_pod_container_status_running", "kube-state-metrics"),
  podLastSeen: seen("max", RUNNING, "kube_pod_container_status_running", "kube-state-metrics"),
  podNode: {
    promql: "max by (namespace, pod, node) (max_over_time(kube_pod_info{$ksm}[1h]))",
    metrics: ["kube_pod_info"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning: "The node a pod is on",
  },
  cpuRequested: requested("cpu", "Requested cores"),
  memoryRequested: requested("memory", "Requested bytes"),
  gpuRequested: requested("nvidia_com_gpu", "Requested GPUs; slices of shared ones are not among them"),
  cpuLarger: {
    // Windows that meet: twelve increases of five minutes each are the whole hour.
    promql: `avg_over_time((max by (${CONTAINER}) (rate(container_cpu_usage_seconds_total{$cadvisor}[5m]) or kube_pod_container_resource_requests{$ksm, resource="cpu"}))[59m:5m])`,
    metrics: ["container_cpu_usage_seconds_total", "kube_pod_container_resource_requests"],
    exposedBy: "cadvisor",
    at: "end",
    meaning: "The larger of used and requested cores at each instant, on average",
  },
  memoryLarger: {
    promql: `avg_over_time((max by (${CONTAINER}) (container_memory_working_set_bytes{$cadvisor} or kube_pod_container_resource_requests{$ksm, resource="memory"}))[1h:1m])`,
    metrics: ["container_memory_working_set_bytes", "kube_pod_container_resource_requests"],
    exposedBy: "cadvisor",
    at: "within",
    meaning: "The larger of used and requested bytes at each instant, on average",
  },
  cpuMeasured: fromOpenCost(
    "container_cpu_allocation",
    CONTAINER,
    "Cores that OpenCost's exporter saw allocated",
  ),
  memoryMeasured: fromOpenCost(
    "container_memory_allocation_bytes",
    CONTAINER,
    "Bytes that OpenCost's exporter saw allocated",
  ),
  gpuMeasured: fromOpenCost(
    "container_gpu_allocation",
    CONTAINER,
    "GPUs that OpenCost's exporter saw allocated",
  ),
  nodeFirstSeen: seen("min", PRICED, "node_cpu_hourly_cost", "opencost"),
  nodeLastSeen: seen("max", PRICED, "node_cpu_hourly_cost", "opencost"),
  cpuPrice: fromOpenCost("node_cpu_hourly_cost", "node", "Price of a core-hour"),
  memoryPrice: fromOpenCost("node_ram_hourly_cost", "node", "Price of a GiB-hour"),
  gpuPrice: fromOpenCost("node_gpu_hourly_cost", "node", "Price of a GPU-hour"),
  cpuCapacity: capacity("cpu", "Cores of a node"),
  memoryCapacity: capacity("memory", "Bytes of a node"),
  // kube-state-metrics counts the slices of a shared GPU.
  gpuCapacity: fromOpenCost("node_gpu_count", "node", "GPUs of a node"),
  volumePrice: fromOpenCost("pv_hourly_cost", "volumename", "Price of a volume's GiB-hour"),
  claimVolume: {
    promql:
      "max by (namespace, persistentvolumeclaim, volumename) (max_over_time(kube_persistentvolumeclaim_info{$ksm}[1h]))",
    metrics: ["kube_persistentvolumeclaim_info"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning: "The volume behind a claim",
  },
  claimBytes: {
    promql:
      "avg by (namespace, persistentvolumeclaim) (avg_over_time(kube_persistentvolumeclaim_resource_requests_storage_bytes{$ksm}[1h]))",
    metrics: ["kube_persistentvolumeclaim_resource_requests_storage_bytes"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning: "Bytes that a claim asks for",
  },
  claimPods: fromOpenCost(
    "pod_pvc_allocation",
    "namespace, pod, persistentvolumeclaim",
    "The pods that mount a claim",
  ),
} as const satisfies Readonly<Record<string, CrossCheckQuery>>;

/** What an hour's files are held to beside costs: everything that ran or was there is in them. */
export const PRESENCE_QUERIES = {
  runningContainers: {
    promql: `max by (${CONTAINER}) (max_over_time(kube_pod_container_status_running{$ksm}[1h])) == 1`,
    metrics: ["kube_pod_container_status_running"],
    exposedBy: "kube-state-metrics",
    at: "within",
    meaning: "Containers that ran at any scrape of the hour",
  },
  gpus: {
    // Of a GPU that is cut into MIG instances there is no utilization.
    promql:
      "max by (UUID) (max_over_time(DCGM_FI_DEV_GPU_UTIL{$all}[1h]) or max_over_time(DCGM_FI_DEV_FB_USED{$all}[1h]))",
    metrics: ["DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_FB_USED"],
    exposedBy: "dcgm-exporter",
    at: "within",
    meaning: "GPUs that DCGM reported",
  },
} as const satisfies Readonly<Record<string, CrossCheckQuery>>;

/** Name of a query of the cross-check. */
export type CrossCheckQueryName = keyof typeof CROSS_CHECK_QUERIES;

/** The metrics that the cross-check reads, each once. */
export function crossCheckMetrics(): string[] {
  return [...new Set(Object.values(CROSS_CHECK_QUERIES).flatMap(({ metrics }) => [...metrics]))].sort();
}
