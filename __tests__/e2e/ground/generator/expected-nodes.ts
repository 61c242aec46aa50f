import type { TrueRow } from "../../export/differences.ts";
import { labelColumnsOf, secondsIn, type RunColumns } from "./expected-row.ts";
import type { ClusterPlan, NodePlan } from "./plan.ts";
import { scrapeTargets } from "./scrape-series.ts";
import { thereIn, type There } from "./within-hour.ts";

const GIB = 1024 ** 3;
const CONDITIONS = ["ready", "memory_pressure", "disk_pressure", "pid_pressure", "network_unavailable"];

/** The rows of the dataset `node`, of those that left within the hour, too. */
export function expectedNodes(plan: ClusterPlan, start: number, run: RunColumns): TrueRow[] {
  return thereIn(plan.nodes, start).map((node) => ({
    ...run,
    node: node.name,
    provider_id: `aws:///${node.zone}/${node.instanceId}`,
    instance_id: node.instanceId,
    zone: node.zone,
    region: "us-east-1",
    instance_type: node.instanceType,
    capacity_type: node.spot ? "spot" : "on-demand",
    os_image: "Amazon Linux 2023",
    kernel_version: "6.12.0",
    kubelet_version: "v1.34.1",
    container_runtime_version: "containerd://2.1.4",
    created_at: node.from * 1000,
    ...resources(node),
    ...secondsIn(CONDITIONS, "ready", node.inHour.shownSeconds),
    unschedulable_seconds: 0,
    ...prices(node),
    ...labelColumnsOf(node.labels),
  }));
}

function resources({ cores, memoryBytes, gpus, gpuSharing }: There<NodePlan>): TrueRow {
  const gpuCount = gpuSharing === "whole" ? gpus : null;
  return {
    capacity_cpu_cores: cores,
    capacity_memory_bytes: memoryBytes,
    capacity_pods: null,
    capacity_ephemeral_storage_bytes: null,
    capacity_gpu_count: gpuCount,
    allocatable_cpu_cores: cores - 0.08,
    allocatable_memory_bytes: memoryBytes * 0.93,
    allocatable_pods: null,
    allocatable_ephemeral_storage_bytes: null,
    allocatable_gpu_count: gpuCount,
  };
}

function prices({ prices: { cpu, ram, gpu }, cores, memoryBytes, gpus }: There<NodePlan>): TrueRow {
  return {
    hourly_cost: cpu * cores + (ram * memoryBytes) / GIB + gpu * gpus,
    cpu_core_hourly_cost: cpu,
    ram_gib_hourly_cost: ram,
    gpu_hourly_cost: gpu,
  };
}

/** The rows of the dataset `scrape_health`. */
export function expectedTargets(plan: ClusterPlan, start: number, run: RunColumns): TrueRow[] {
  return thereIn(scrapeTargets(plan), start).map(({ job, instance, samples, inHour }) => ({
    ...run,
    job,
    instance,
    scrapes: inHour.scrapes.length,
    up_ratio: 1,
    samples_avg: samples,
    samples_min: samples,
    samples_kept_avg: Math.round(samples / 3),
    duration_seconds_avg: samples / 20_000,
    duration_seconds_max: samples / 20_000,
  }));
}
