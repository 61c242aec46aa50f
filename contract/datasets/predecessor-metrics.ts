/** A metric that the predecessor's agent exported. */
export interface PredecessorMetric {
  readonly metric: string;
  /** Its modules that exported it, the raw ones among them. */
  readonly modules: readonly string[];
  /** Set where no metric of that name is read any more: why, and the columns that have the same. */
  readonly gone?: { readonly reason: string; readonly columns: readonly string[] };
}

function of(modules: readonly string[], metrics: readonly string[]): PredecessorMetric[] {
  return metrics.map((metric) => ({ metric, modules }));
}

const LABELS = ["base_labels"];
const PODS = ["pod_metrics"];
const PODS_RAW = ["pod_metrics_granular"];
const NODES_RAW = "node_metrics_granular";

function goneV1(metric: string, module: string, now: string, columns: readonly string[]): PredecessorMetric {
  const reason = `kube-state-metrics has called it ${now} since 2.0`;
  return { metric, modules: [module], gone: { reason, columns } };
}

/**
 * All 48 metrics of the predecessor's modules at its last public version (nops-io/nops-k8s-agent, e7b8e18). None of them
 * is a DCGM metric.
 */
export const PREDECESSOR_METRICS: readonly PredecessorMetric[] = [
  ...of(LABELS, ["kube_pod_labels", "kube_node_labels", "kube_namespace_labels"]),
  ...of(LABELS, ["kube_namespace_annotations", "kube_pod_annotations"]),
  ...of(["node_metadata", NODES_RAW], ["kube_node_info"]),
  ...of(
    ["deployment_metrics"],
    ["kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"],
  ),
  ...of(["job_metrics"], ["kube_job_status_failed", "scrape_samples_scraped", "up"]),
  ...of(
    ["node_metrics", NODES_RAW],
    ["kube_node_status_condition", "kube_node_status_capacity", "kube_node_status_allocatable"],
  ),
  ...of(["node_metrics"], ["node_total_hourly_cost"]),
  ...of(
    ["persistentvolume_metrics"],
    [
      "kube_persistentvolume_capacity_bytes",
      "kube_persistentvolume_status_phase",
      "kube_persistentvolume_info",
    ],
  ),
  ...of(
    ["persistentvolumeclaim_metrics"],
    ["kube_persistentvolumeclaim_info", "kube_persistentvolumeclaim_resource_requests_storage_bytes"],
  ),
  ...of(
    [...PODS, ...PODS_RAW],
    [
      "kube_pod_owner",
      "kube_pod_container_status_running",
      "kube_pod_container_status_restarts_total",
      "kube_pod_container_status_terminated_reason",
      "kube_pod_container_resource_requests",
      "kube_pod_container_resource_limits",
      "kube_pod_status_phase",
      "pod_pvc_allocation",
      "kube_pod_spec_volumes_persistentvolumeclaims_info",
    ],
  ),
  ...of(PODS, ["container_network_receive_bytes_total", "container_network_transmit_bytes_total"]),
  ...of(
    ["container_metrics_granular"],
    [
      "container_memory_usage_bytes",
      "container_memory_rss",
      "container_memory_cache",
      "container_memory_working_set_bytes",
      "container_cpu_usage_seconds_total",
      "container_cpu_cfs_throttled_seconds_total",
      "container_spec_cpu_quota",
      "container_spec_cpu_period",
      "container_fs_usage_bytes",
      "container_fs_reads_bytes_total",
      "container_fs_writes_bytes_total",
      "container_last_seen",
    ],
  ),
  ...(
    [
      ["requests_cpu_cores", 'requests{resource="cpu"}', "container.cpu_request_cores"],
      ["limits_cpu_cores", 'limits{resource="cpu"}', "container.cpu_limit_cores"],
      ["requests_memory_bytes", 'requests{resource="memory"}', "container.memory_request_bytes"],
      ["limits_memory_bytes", 'limits{resource="memory"}', "container.memory_limit_bytes"],
    ] as const
  ).map(([old, now, column]) =>
    goneV1(
      `kube_pod_container_resource_${old}`,
      "pod_metrics_granular",
      `kube_pod_container_resource_${now}`,
      [column, "samples"],
    ),
  ),
  goneV1(
    "kube_node_status_allocatable_cpu_cores",
    NODES_RAW,
    'kube_node_status_allocatable{resource="cpu"}',
    ["node.allocatable_cpu_cores"],
  ),
];
