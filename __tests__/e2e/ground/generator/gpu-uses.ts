import { seededHex } from "../history/seed.ts";
import { GPUS_A_NODE } from "./nodes.ts";
import type { ClusterPlan, ContainerPlan, GpuPlan, Life, NodePlan, PodPlan } from "./plan.ts";
import type { Labels } from "./state-series.ts";
import { flat, type Wave } from "./wave.ts";

/** A GPU, or the MIG instance of one, in a time in which one container had it, or none. */
export interface GpuUse extends Life {
  readonly node: NodePlan;
  readonly device: number;
  readonly isMig: boolean;
  /** `gpu`, `UUID`, … in the order in which dcgm-exporter writes them, the workload's last. */
  readonly labels: Labels;
  /** Missing while it is idle. */
  readonly workload?: { readonly pod: PodPlan; readonly container: ContainerPlan };
  /** Share of the time in which the engine is active, 0 to 1. */
  readonly active: Wave;
}

type Machines = Pick<ClusterPlan, "nodes" | "pods">;

/**
 * Every GPU of every node, and what it did: one use for each container that has it (a time-sliced GPU has several at
 * once), one for each time in which nobody had it. Each GPU behind MIG is one instance.
 */
export function gpuUses({ nodes, pods }: Machines): GpuUse[] {
  const byNode = new Map<string, PodPlan[]>();
  for (const pod of pods) {
    const { name } = pod.node;
    if (pod.node.gpuSharing !== "none") byNode.set(name, [...(byNode.get(name) ?? []), pod]);
  }
  return nodes
    .filter(({ gpuSharing }) => gpuSharing !== "none")
    .flatMap((node) =>
      Array.from({ length: GPUS_A_NODE }, (_, device) =>
        deviceUses(node, device, byNode.get(node.name) ?? []),
      ).flat(),
    );
}

/** The GPUs of a node that a container has. */
export function devicesOf({ device, allocated }: GpuPlan): number[] {
  return Array.from({ length: Math.max(1, Math.ceil(allocated)) }, (_, more) => device + more);
}

/** The UUID of a node's GPU. */
export function gpuUuid(node: string, device: number): string {
  const hex = seededHex(`${node}/gpu/${device}`);
  return `GPU-${hex.slice(0, 8)}-0000-0000-0000-${hex.slice(8, 20)}`;
}

function deviceUses(node: NodePlan, device: number, pods: readonly PodPlan[]): GpuUse[] {
  const isMig = node.gpuSharing === "mig";
  const of = { node, device, isMig };
  const busy = pods.flatMap((pod) =>
    pod.containers.flatMap((container): GpuUse[] => {
      const { gpu, name } = container;
      if (!gpu || !devicesOf(gpu).includes(device)) return [];
      const { from, until, namespace } = pod;
      const labels = {
        ...deviceLabels(node.name, device, isMig),
        container: name,
        namespace,
        pod: pod.name,
      };
      return [{ ...of, from, until, labels, workload: { pod, container }, active: gpu.active }];
    }),
  );
  const idle = withoutAny(node, busy).map((life): GpuUse => ({
    ...of,
    ...life,
    labels: deviceLabels(node.name, device, isMig),
    active: flat(0),
  }));
  return [...busy, ...idle];
}

function deviceLabels(node: string, device: number, isMig: boolean): Labels {
  return {
    gpu: String(device),
    UUID: gpuUuid(node, device),
    pci_bus_id: `00000000:${(0x1b + device).toString(16).toUpperCase()}:00.0`,
    device: `nvidia${device}`,
    modelName: "NVIDIA A10G",
    ...(isMig ? { GPU_I_PROFILE: "1g.5gb", GPU_I_ID: "1" } : {}),
    Hostname: node,
    DCGM_FI_DRIVER_VERSION: "535.183.01",
  };
}

/** The parts of `whole` that are in none of `lives`. */
function withoutAny(whole: Life, lives: readonly Life[]): Life[] {
  const free: Life[] = [];
  let { from } = whole;
  for (const life of [...lives].sort((a, b) => a.from - b.from)) {
    if (life.from > from) free.push({ from, until: Math.min(life.from, whole.until) });
    from = Math.max(from, life.until);
  }
  if (from < whole.until) free.push({ from, until: whole.until });
  return free;
}
