import { RUN_COLUMNS, type Column, type Dataset, type PrometheusQuery } from "./column.ts";
import {
  PRESENCE,
  derived,
  gaugeOf,
  keyColumn,
  labelColumns,
  labelled,
  labelQuery,
  queried,
  secondsColumns,
  secondsOf,
} from "./query-forms.ts";

const NODE = { node: { label: "node" } } as const;
const INFO = "provider_id, kernel_version, os_image, container_runtime_version, kubelet_version";
const RESOURCES = 'resource=~"cpu|memory|pods|ephemeral_storage|nvidia_com_gpu"';
const CONDITIONS = 'condition=~"Ready|MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable"';

const QUERIES: readonly PrometheusQuery[] = [
  PRESENCE,
  {
    id: "info",
    promql: gaugeOf("max", "kube_node_info{$ksm}", `node, ${INFO}`),
    metrics: ["kube_node_info"],
    fold: "text",
    row: NODE,
    meaning: "Which nodes there were",
  },
  {
    id: "created",
    promql: gaugeOf("max", "kube_node_created{$ksm}", "node"),
    metrics: ["kube_node_created"],
    fold: "max",
    row: NODE,
    meaning: "When the node joined",
  },
  {
    id: "capacity",
    promql: gaugeOf("avg", `kube_node_status_capacity{$ksm, ${RESOURCES}}`, "node, resource"),
    metrics: ["kube_node_status_capacity"],
    fold: "max",
    row: NODE,
    meaning: "What the node has",
  },
  {
    id: "allocatable",
    promql: gaugeOf("avg", `kube_node_status_allocatable{$ksm, ${RESOURCES}}`, "node, resource"),
    metrics: ["kube_node_status_allocatable"],
    fold: "max",
    row: NODE,
    meaning: "What pods may request of it",
  },
  {
    id: "conditions",
    promql: secondsOf(`kube_node_status_condition{$ksm, status="true", ${CONDITIONS}}`, "node, condition"),
    metrics: ["kube_node_status_condition"],
    fold: "max",
    row: NODE,
    meaning: "Seconds in each condition",
  },
  {
    id: "unschedulable",
    promql: secondsOf("kube_node_spec_unschedulable{$ksm}", "node"),
    metrics: ["kube_node_spec_unschedulable"],
    fold: "max",
    row: NODE,
    meaning: "Seconds cordoned",
  },
  ...["total", "cpu", "ram", "gpu"].map(priceQuery),
  {
    id: "spot",
    promql: "max by (node) (max_over_time(kubecost_node_is_spot{$all}[1h])) > 0",
    metrics: ["kubecost_node_is_spot"],
    fold: "text",
    keeps: ["node"],
    mayBeEmpty: true,
    row: NODE,
    decorates: true,
    meaning: "Whether OpenCost prices it as spot",
  },
  labelQuery("labels", "kube_node_labels", NODE),
];

/** OpenCost's price of a node; the labels of the total say what it is. */
function priceQuery(part: string): PrometheusQuery {
  const labels = part === "total" ? "node, instance_type, region" : "node";
  return {
    id: `${part}_hourly_cost`,
    promql: `max by (${labels}) (avg_over_time(node_${part}_hourly_cost{$all}[1h]))`,
    metrics: [`node_${part}_hourly_cost`],
    fold: "max",
    mayBeEmpty: true,
    row: NODE,
    decorates: true,
    ...(part === "total" ? { keeps: ["instance_type"] } : {}),
    meaning: "OpenCost's price",
  };
}

function resources(query: "capacity" | "allocatable", words: string): Column[] {
  const kinds = [
    ["cpu_cores", "cpu", "cores", "CPU"],
    ["memory_bytes", "memory", "bytes", "Memory"],
    ["pods", "pods", "pods", "Pods"],
    ["ephemeral_storage_bytes", "ephemeral_storage", "bytes", "Ephemeral storage"],
    ["gpu_count", "nvidia_com_gpu", "GPUs", "NVIDIA GPUs"],
  ] as const;
  return kinds.map(([name, resource, unit, meaning]) =>
    queried(`${query}_${name}`, "double", unit, { query, where: { resource } }, `${meaning} ${words}`),
  );
}

function price(name: string, query: string, meaning: string): Column {
  return queried(name, "double", "currency/hour", { query }, `${meaning}, as OpenCost prices it`);
}

/** What each node was, had, and cost. */
export const node: Dataset = {
  name: "node",
  version: 1,
  grain: "One node that kube-state-metrics reported in the hour",
  key: ["node"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("node", "label node", "Name of the node"),
    labelled("provider_id", "info", "provider_id", "The cloud's id of the machine"),
    derived("instance_id", "string", undefined, "last part of provider_id", "EC2 instance"),
    derived(
      "zone",
      "string",
      undefined,
      "part of provider_id before the last; else the label topology.kubernetes.io/zone",
      "Availability zone",
    ),
    labelled("region", "total_hourly_cost", "region", "Region, as OpenCost has it"),
    derived(
      "instance_type",
      "string",
      undefined,
      "label instance_type of OpenCost's price; else the label node.kubernetes.io/instance-type",
      "EC2 instance type",
    ),
    derived(
      "capacity_type",
      "string",
      undefined,
      "spot or on-demand, from the labels eks.amazonaws.com/capacityType and karpenter.sh/capacity-type; else from OpenCost's kubecost_node_is_spot",
      "How the machine was bought",
    ),
    labelled("os_image", "info", "os_image", "Operating system"),
    labelled("kernel_version", "info", "kernel_version", "Kernel"),
    labelled("kubelet_version", "info", "kubelet_version", "Kubelet"),
    labelled("container_runtime_version", "info", "container_runtime_version", "Container runtime"),
    queried("created_at", "timestamp", undefined, { query: "created" }, "When the node joined the cluster"),
    ...resources("capacity", "of the machine, averaged over the time it was reported"),
    ...resources("allocatable", "that pods may request, averaged over the time it was reported"),
    ...secondsColumns("conditions", "condition", [
      ["ready", "Ready", "Time ready"],
      ["memory_pressure", "MemoryPressure", "Time short of memory"],
      ["disk_pressure", "DiskPressure", "Time short of disk"],
      ["pid_pressure", "PIDPressure", "Time short of process ids"],
      ["network_unavailable", "NetworkUnavailable", "Time without network"],
    ]),
    queried(
      "unschedulable_seconds",
      "double",
      "seconds",
      { query: "unschedulable" },
      "Time cordoned, to the minute",
    ),
    price("hourly_cost", "total_hourly_cost", "Price of the machine"),
    price("cpu_core_hourly_cost", "cpu_hourly_cost", "Price of one core"),
    price("ram_gib_hourly_cost", "ram_hourly_cost", "Price of one GiB of memory"),
    price("gpu_hourly_cost", "gpu_hourly_cost", "Price of one GPU"),
    ...labelColumns("Node", "labels"),
  ],
  queries: QUERIES,
  totals: ["capacity_cpu_cores", "capacity_memory_bytes", "capacity_gpu_count", "hourly_cost"],
};
