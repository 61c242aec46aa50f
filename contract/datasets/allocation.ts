import { RUN_COLUMNS, type Column, type Dataset } from "./column.ts";

const CURRENCY = "currency";

function text(name: string, field: string, meaning: string): Column {
  return { name, type: "string", nullable: true, source: { from: "opencost", field }, meaning };
}

function figure(name: string, field: string, unit: string, meaning: string): Column {
  return { name, type: "double", unit, nullable: true, source: { from: "opencost", field }, meaning };
}

function cost(name: string, field: string, meaning: string): Column {
  return figure(name, field, CURRENCY, meaning);
}

function json(name: string, field: string, meaning: string): Column {
  return { name, type: "string", unit: "JSON", nullable: true, source: { from: "opencost", field }, meaning };
}

function derived(name: string, type: Column["type"], rule: string, meaning: string, unit?: string): Column {
  return {
    name,
    type,
    ...(unit ? { unit } : {}),
    nullable: true,
    source: { from: "derived", rule },
    meaning,
  };
}

function precise(name: string, rule: string, meaning: string): Column {
  return derived(name, "double", rule, meaning, CURRENCY);
}

/** Of every column of labels and annotations, by whatever flags: docs/labels.md. */
const LISTS = "what the lists deny is left out, what they hash is a hash";

/** Cost and usage as OpenCost allocates them, one row per container of the hour, plus what is idle or unmounted. */
export const allocation: Dataset = {
  name: "allocation",
  version: 1,
  grain: "One OpenCost allocation: a container of a pod, or idle, unmounted or unallocated cost",
  key: ["row_kind", "namespace", "controller_kind", "controller", "pod", "container"],
  columns: [
    ...RUN_COLUMNS,
    {
      name: "row_kind",
      type: "string",
      nullable: false,
      source: {
        from: "derived",
        rule: "idle for __idle__; unmounted when the container is __unmounted__; unallocated when no pod is named; else workload",
      },
      meaning: "workload, idle, unmounted or unallocated",
    },
    text("namespace", "properties.namespace", "Kubernetes namespace; null on idle rows"),
    text(
      "controller_kind",
      "properties.controllerKind",
      "deployment, statefulset, daemonset, job …; null where there is none",
    ),
    text("controller", "properties.controller", "Name of the controller"),
    text("pod", "properties.pod", "Name of the pod; <namespace>-unmounted-pvcs on unmounted rows"),
    derived(
      "pod_uid",
      "string",
      "the one uid kube-state-metrics reports for the pod's name in this hour; null when several shared the name",
      "UID of the pod",
    ),
    text("container", "properties.container", "Name of the container"),
    text("node", "properties.node", "Node the pod ran on"),
    text("provider_id", "properties.providerID", "Instance id of the node"),
    {
      name: "started_at",
      type: "timestamp",
      nullable: true,
      source: { from: "opencost", field: "start" },
      meaning: "First instant of the hour in which the allocation existed",
    },
    {
      name: "ended_at",
      type: "timestamp",
      nullable: true,
      source: { from: "opencost", field: "end" },
      meaning: "Last instant of the hour in which the allocation existed",
    },
    figure(
      "minutes",
      "minutes",
      "minutes",
      "How long the allocation existed in the hour; averages are over this time, not the hour",
    ),

    figure("cpu_cores", "cpuCores", "cores", "Cores allocated: the larger of request and usage"),
    figure("cpu_core_request_average", "cpuCoreRequestAverage", "cores", "Requested cores"),
    figure("cpu_core_limit_average", "cpuCoreLimitAverage", "cores", "Core limit"),
    figure("cpu_core_usage_average", "cpuCoreUsageAverage", "cores", "Used cores"),
    figure("cpu_core_usage_max", "rawAllocationOnly.cpuCoreUsageMax", "cores", "Highest core usage"),
    figure("cpu_core_hours", "cpuCoreHours", "core-hours", "Core-hours allocated"),
    cost("cpu_cost", "cpuCost", "CPU cost, as answered (5 decimals)"),
    precise(
      "cpu_cost_precise",
      "cpu_core_hours x the node's hourly core price where that agrees with cpu_cost within its rounding, else cpu_cost",
      "CPU cost without the rounding",
    ),
    cost("cpu_cost_adjustment", "cpuCostAdjustment", "Reconciliation of the CPU cost"),
    cost("cpu_cost_idle", "cpuCostIdle", "Idle CPU cost shared onto this row"),
    figure(
      "cpu_efficiency",
      "cpuEfficiency",
      "ratio",
      "Usage over request; 1 when nothing was requested and something used",
    ),

    figure("gpu_count", "gpuCount", "GPUs", "GPUs allocated"),
    figure("gpu_hours", "gpuHours", "GPU-hours", "GPU-hours allocated"),
    cost("gpu_cost", "gpuCost", "GPU cost, as answered"),
    precise(
      "gpu_cost_precise",
      "gpu_hours x the node's hourly GPU price where that agrees with gpu_cost within its rounding, else gpu_cost",
      "GPU cost without the rounding",
    ),
    cost("gpu_cost_adjustment", "gpuCostAdjustment", "Reconciliation of the GPU cost"),
    cost("gpu_cost_idle", "gpuCostIdle", "Idle GPU cost shared onto this row"),
    figure("gpu_efficiency", "gpuEfficiency", "ratio", "GPU usage over request"),
    text("gpu_device", "gpuAllocation.gpuDevice", "GPU device name"),
    text("gpu_model", "gpuAllocation.gpuModel", "GPU model"),
    text("gpu_uuid", "gpuAllocation.gpuUUID", "GPU UUID"),
    {
      name: "gpu_is_shared",
      type: "boolean",
      nullable: true,
      source: { from: "opencost", field: "gpuAllocation.isGPUShared" },
      meaning: "Whether the GPU is shared by several containers",
    },
    figure(
      "gpu_usage_average",
      "gpuAllocation.gpuUsageAverage",
      "ratio",
      "Average GPU engine activity, 0 to 1",
    ),
    figure("gpu_usage_max", "rawAllocationOnly.gpuUsageMax", "ratio", "Highest GPU engine activity, 0 to 1"),
    figure("gpu_request_average", "gpuAllocation.gpuRequestAverage", "GPUs", "Requested GPUs"),

    figure("ram_bytes", "ramBytes", "bytes", "Memory allocated: the larger of request and usage"),
    figure("ram_byte_request_average", "ramByteRequestAverage", "bytes", "Requested memory"),
    figure("ram_byte_limit_average", "ramByteLimitAverage", "bytes", "Memory limit"),
    figure("ram_byte_usage_average", "ramByteUsageAverage", "bytes", "Used memory"),
    figure("ram_byte_usage_max", "rawAllocationOnly.ramByteUsageMax", "bytes", "Highest memory usage"),
    figure("ram_byte_hours", "ramByteHours", "byte-hours", "Memory byte-hours allocated"),
    cost("ram_cost", "ramCost", "Memory cost, as answered"),
    precise(
      "ram_cost_precise",
      "ram_byte_hours / 2^30 x the node's hourly GiB price where that agrees with ram_cost within its rounding, else ram_cost",
      "Memory cost without the rounding",
    ),
    cost("ram_cost_adjustment", "ramCostAdjustment", "Reconciliation of the memory cost"),
    cost("ram_cost_idle", "ramCostIdle", "Idle memory cost shared onto this row"),
    figure(
      "ram_efficiency",
      "ramEfficiency",
      "ratio",
      "Usage over request; 1 when nothing was requested and something used",
    ),

    figure("network_transfer_bytes", "networkTransferBytes", "bytes", "Bytes sent"),
    figure("network_receive_bytes", "networkReceiveBytes", "bytes", "Bytes received"),
    cost("network_cost", "networkCost", "Network cost"),
    cost("network_cross_zone_cost", "networkCrossZoneCost", "Part of it between zones"),
    cost("network_cross_region_cost", "networkCrossRegionCost", "Part of it between regions"),
    cost("network_internet_cost", "networkInternetCost", "Part of it to the internet"),
    cost("network_cost_adjustment", "networkCostAdjustment", "Reconciliation of the network cost"),

    cost("load_balancer_cost", "loadBalancerCost", "Load balancer cost, as answered"),
    precise(
      "load_balancer_cost_precise",
      "sum of lbAllocations[].cost, which OpenCost does not round, where that agrees with load_balancer_cost within its rounding, else load_balancer_cost",
      "Load balancer cost without the rounding",
    ),
    cost(
      "load_balancer_cost_adjustment",
      "loadBalancerCostAdjustment",
      "Reconciliation of the load balancer cost",
    ),
    json("load_balancers", "lbAllocations", "The load balancers behind the cost"),

    figure("pv_bytes", "pvBytes", "bytes", "Persistent volume bytes"),
    figure("pv_byte_hours", "pvByteHours", "byte-hours", "Persistent volume byte-hours"),
    cost("pv_cost", "pvCost", "Persistent volume cost, as answered"),
    precise(
      "pv_cost_precise",
      "sum of pvs[].cost, which OpenCost does not round, where that agrees with pv_cost within its rounding, else pv_cost",
      "Persistent volume cost without the rounding",
    ),
    cost("pv_cost_adjustment", "pvCostAdjustment", "Reconciliation of the persistent volume cost"),
    json("persistent_volumes", "pvs", "The volumes behind the cost, by name, with byte-hours and cost"),

    cost("external_cost", "externalCost", "Cost of resources outside the cluster"),
    cost("shared_cost", "sharedCost", "Shared cost put onto this row"),
    cost("total_cost", "totalCost", "All costs, as answered"),
    precise(
      "total_cost_precise",
      "sum of the precise costs, the adjustments, network, external and shared cost",
      "All costs without the rounding",
    ),
    figure("total_efficiency", "totalEfficiency", "ratio", "Cost-weighted CPU and memory efficiency"),
    derived(
      "currency",
      "string",
      "what OpenCost's prices are in, as configured (--currency)",
      "Currency of every cost",
    ),
    derived(
      "price_source",
      "string",
      "opencost: the price list or custom prices that OpenCost was configured with",
      "Where the prices come from",
    ),

    json(
      "labels",
      "properties.labels",
      `Pod, namespace and node labels as OpenCost merges them; keys sanitised by OpenCost; ${LISTS}`,
    ),
    json(
      "annotations",
      "properties.annotations",
      `Pod and namespace annotations as OpenCost merges them; null unless some are allowed; ${LISTS}`,
    ),
    json("namespace_labels", "properties.namespaceLabels", `Labels of the namespace; ${LISTS}`),
    json(
      "namespace_annotations",
      "properties.namespaceAnnotations",
      `Annotations of the namespace; null unless some are allowed; ${LISTS}`,
    ),
    json("services", "properties.services", "Services that select the pod"),
  ],
  queries: [
    {
      id: "pod_uid",
      promql: "max by (namespace, pod, uid) (max_over_time(kube_pod_info{$ksm}[1h]))",
      metrics: ["kube_pod_info"],
      fold: "text",
      meaning: "UIDs a pod name had",
    },
    {
      id: "running_containers",
      promql:
        // OpenCost looks every five minutes. The step at the hour's start would see the hour before, too.
        "count(max by (namespace, pod, container) (max_over_time(kube_pod_container_status_running{$ksm}[55m:5m])) == 1)",
      metrics: ["kube_pod_container_status_running"],
      fold: "max",
      meaning:
        "How many containers ran at one of the instants, five minutes apart, at which OpenCost looks; an answer with fewer than 95 % as many rows is refused",
    },
    {
      id: "node_cpu_price",
      promql: "avg by (node) (avg_over_time(node_cpu_hourly_cost{$all}[1h]))",
      metrics: ["node_cpu_hourly_cost"],
      fold: "mean",
      meaning: "Price of a core-hour, by node",
    },
    {
      id: "node_ram_price",
      promql: "avg by (node) (avg_over_time(node_ram_hourly_cost{$all}[1h]))",
      metrics: ["node_ram_hourly_cost"],
      fold: "mean",
      meaning: "Price of a GiB-hour, by node",
    },
    {
      id: "node_gpu_price",
      promql: "avg by (node) (avg_over_time(node_gpu_hourly_cost{$all}[1h]))",
      metrics: ["node_gpu_hourly_cost"],
      fold: "mean",
      meaning: "Price of a GPU-hour, by node",
    },
  ],
  totals: ["total_cost", "total_cost_precise", "cpu_core_hours", "ram_byte_hours", "gpu_hours"],
};
