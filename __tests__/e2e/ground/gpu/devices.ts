import { GPUS_A_NODE } from "../generator/nodes.ts";
import { gpuSeries } from "../generator/gpu-series.ts";
import type { NodePlan, PodPlan } from "../generator/plan.ts";
import { flat, type Wave } from "../generator/wave.ts";
import { seededHex } from "../history/seed.ts";
import { parseLabels } from "../opencost/history.ts";
import type { Snapshot } from "../population/snapshot.ts";

/** A GPU, or a MIG instance of one, as an exporter names it, with what runs on it. */
export interface GpuDevice {
  readonly node: string;
  /** `gpu`, `UUID`, … in the order in which dcgm-exporter writes them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly isMig: boolean;
  /** Share of the time in which the engine is active, 0 to 1. */
  readonly active: Wave;
}

const DRIVER = "535.183.01";
const ACTIVE = "DCGM_FI_PROF_GR_ENGINE_ACTIVE";

/**
 * The GPUs of a snapshot's nodes: one for each workload that runs on it, with the generator's own labels, and one
 * without a workload for each that is idle. A time-sliced GPU that several pods share is there once for each of them.
 */
export function gpuDevices({ nodes, pods }: Snapshot): GpuDevice[] {
  const busy = pods.flatMap(busyDevices);
  const taken = new Set(busy.map(({ labels }) => labels["UUID"]));
  const idle = nodes
    .filter(({ gpuSharing }) => gpuSharing === "whole" || gpuSharing === "time-sliced")
    .flatMap(idleDevices)
    .filter(({ labels }) => !taken.has(labels["UUID"]));
  return [...busy, ...idle].sort((a, b) => compareText(placeOf(a), placeOf(b)));
}

function busyDevices(pod: PodPlan): GpuDevice[] {
  const waves = pod.containers.flatMap(({ name, gpu }) => (gpu ? [[name, gpu.active] as const] : []));
  const activeOf = new Map(waves);
  return gpuSeries(pod)
    .filter(({ metric }) => metric === ACTIVE)
    .map((series) => {
      const { job: _job, instance: _instance, ...labels } = parseLabels(series.labels);
      return {
        node: pod.node.name,
        labels: inOrder(labels),
        isMig: labels["GPU_I_ID"] !== undefined,
        active: activeOf.get(labels["container"] ?? "") ?? flat(0),
      };
    });
}

function idleDevices({ name }: NodePlan): GpuDevice[] {
  return Array.from({ length: GPUS_A_NODE }, (_, device) => {
    const hex = seededHex(`${name}/gpu/${device}`);
    const labels = {
      gpu: String(device),
      UUID: `GPU-${hex.slice(0, 8)}-0000-0000-0000-${hex.slice(8, 20)}`,
      device: `nvidia${device}`,
      modelName: "NVIDIA A10G",
      Hostname: name,
    };
    return { node: name, labels: inOrder(labels), isMig: false, active: flat(0) };
  });
}

// dcgm-exporter's template: its own labels, those that are configured, then the workload's in alphabetical order.
function inOrder(labels: Readonly<Record<string, string>>): Record<string, string> {
  const all: Readonly<Record<string, string>> = {
    ...labels,
    pci_bus_id: `00000000:${(0x1b + Number(labels["gpu"])).toString(16).toUpperCase()}:00.0`,
    DCGM_FI_DRIVER_VERSION: DRIVER,
  };
  const order = ["gpu", "UUID", "pci_bus_id", "device", "modelName", "GPU_I_PROFILE", "GPU_I_ID", "Hostname"];
  const names = [...order, "DCGM_FI_DRIVER_VERSION", "container", "namespace", "pod"];
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

function placeOf({ node, labels }: GpuDevice): string {
  return [node, labels["gpu"], labels["pod"] ?? ""].join("/");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
