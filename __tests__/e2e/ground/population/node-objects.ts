import { SIMULATED_NODE_ANNOTATION } from "../kubernetes/kwok.ts";
import type { GpuSharing, NodePlan } from "../generator/plan.ts";
import { GPUS_A_NODE } from "../generator/nodes.ts";
import type { KubeObject } from "../kubernetes/kube-object.ts";
import { POPULATION_LABEL } from "./snapshot.ts";

// What NVIDIA's device plugin announces: GPUs, four slices of each, or MIG instances, seven of the smallest on each.
const GPU_CAPACITY: Readonly<Record<GpuSharing, Readonly<Record<string, string>>>> = {
  none: {},
  whole: { "nvidia.com/gpu": String(GPUS_A_NODE) },
  "time-sliced": { "nvidia.com/gpu.shared": String(GPUS_A_NODE * 4) },
  mig: { "nvidia.com/mig-1g.5gb": String(GPUS_A_NODE * 7) },
};

/** A simulated node with the plan's labels and capacity, and a taint that keeps other pods away. */
export function nodeObject(node: NodePlan, mark: string): KubeObject {
  const { name, labels, zone, instanceId, cores, memoryBytes, gpuSharing } = node;
  const capacity = {
    cpu: String(cores),
    memory: String(memoryBytes),
    pods: "110",
    ...GPU_CAPACITY[gpuSharing],
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { ...labels, [POPULATION_LABEL]: mark },
      annotations: { [SIMULATED_NODE_ANNOTATION]: "fake", "node.alpha.kubernetes.io/ttl": "0" },
    },
    spec: {
      providerID: `aws:///${zone}/${instanceId}`,
      taints: [{ key: SIMULATED_NODE_ANNOTATION, value: "fake", effect: "NoSchedule" }],
    },
    status: { capacity, allocatable: capacity },
  };
}
