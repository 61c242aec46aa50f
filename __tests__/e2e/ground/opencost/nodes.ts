import { emptyAllocation, type Allocation } from "./allocation.ts";
import { presence, type Pods } from "./containers.ts";
import type { History } from "./history.ts";
import { averageOverTime, type Span } from "./promql.ts";

const GIB = 1024 ** 3;

interface NodeCost {
  cpuPerHour: number;
  ramPerGibHour: number;
  gpuPerHour: number;
  cores: number;
  bytes: number;
  gpus: number;
  hours: number;
  providerID: string;
}

/** Prices what the containers were given by their nodes' hourly prices; returns what the nodes cost beyond that. */
export function applyNodes(
  history: History,
  window: Span,
  pods: Pods,
  cluster: string,
): Allocation | undefined {
  const nodes = readNodes(history, window);
  if (nodes.size === 0) return undefined;
  const idle = emptyAllocation("idle", { cluster }, window.start, window.end);
  for (const { cpuPerHour, ramPerGibHour, gpuPerHour, cores, bytes, gpus, hours } of nodes.values()) {
    idle.cpuCost += cpuPerHour * cores * hours;
    idle.ramCost += (ramPerGibHour * bytes * hours) / GIB;
    idle.gpuCost += gpuPerHour * gpus * hours;
  }
  for (const { containers } of pods.values()) {
    for (const of of containers.values()) {
      const node = nodes.get(of.properties.node ?? "");
      if (!node) continue;
      of.properties.providerID = node.providerID;
      of.cpuCost = of.cpuCoreHours * node.cpuPerHour;
      of.ramCost = (of.ramByteHours * node.ramPerGibHour) / GIB;
      of.gpuCost = of.gpuHours * node.gpuPerHour;
      idle.cpuCost -= of.cpuCost;
      idle.ramCost -= of.ramCost;
      idle.gpuCost -= of.gpuCost;
    }
  }
  for (const field of ["cpuCost", "ramCost", "gpuCost"] as const) idle[field] = Math.max(0, idle[field]);
  return idle;
}

function readNodes(history: History, window: Span): Map<string, NodeCost> {
  const nodes = new Map<string, NodeCost>();
  for (const series of history.series("node_total_hourly_cost")) {
    const seen = presence(series, window);
    const { node = "", provider_id: providerID = "" } = series.labels;
    if (!seen) continue;
    nodes.set(node, {
      cpuPerHour: 0,
      ramPerGibHour: 0,
      gpuPerHour: 0,
      cores: 0,
      bytes: 0,
      gpus: 0,
      hours: (seen.end - seen.start) / 3600,
      // aws:///us-east-1a/i-0123 is known as i-0123.
      providerID: /^aws:\/\/\/[^/]*\/(i-.+)$/.exec(providerID)?.[1] ?? providerID,
    });
  }
  const fields = {
    node_cpu_hourly_cost: "cpuPerHour",
    node_ram_hourly_cost: "ramPerGibHour",
    node_gpu_hourly_cost: "gpuPerHour",
    node_gpu_count: "gpus",
    kube_node_status_capacity_cpu_cores: "cores",
    kube_node_status_capacity_memory_bytes: "bytes",
  } as const;
  for (const [metric, field] of Object.entries(fields)) {
    for (const series of history.series(metric)) {
      const node = nodes.get(series.labels["node"] ?? "");
      const value = averageOverTime(series, window);
      if (node && value !== undefined) node[field] = value;
    }
  }
  return nodes;
}
