import type { Chance } from "./chance.ts";
import type { GpuSharing, Life, NodePlan } from "./plan.ts";

const GIB = 1024 ** 3;
const PODS_A_NODE = 20;
const CPU_TYPES = [
  { instanceType: "m5.4xlarge", cores: 16, memoryGib: 64 },
  { instanceType: "c5.9xlarge", cores: 36, memoryGib: 72 },
  { instanceType: "r5.2xlarge", cores: 8, memoryGib: 64 },
] as const;
const GPU_TYPE = { instanceType: "g5.12xlarge", cores: 48, memoryGib: 192 } as const;
/** GPUs of a GPU node. */
export const GPUS_A_NODE = 4;
// OpenCost's default prices.
const ON_DEMAND = { cpu: 0.031611, ram: 0.004237 };
const SPOT = { cpu: 0.006655, ram: 0.000892 };
const GPU_PRICE = 0.95;

/** The nodes of a cluster of this many pods; a node that leaves has a successor from that moment on. */
export function planNodes(pods: number, life: Life, chance: Chance): NodePlan[] {
  const ofGpu: readonly [GpuSharing, number][] = [
    ["whole", Math.max(1, Math.round(pods * 0.011))],
    ["time-sliced", Math.max(1, Math.round(pods / 1000))],
    ["mig", Math.max(1, Math.round(pods / 2000))],
  ];
  const kinds: GpuSharing[] = [
    ...Array<GpuSharing>(Math.ceil(pods / PODS_A_NODE)).fill("none"),
    ...ofGpu.flatMap(([sharing, count]) => Array<GpuSharing>(count).fill(sharing)),
  ];
  return kinds.flatMap((sharing, index) => withSuccessor(planNode(sharing, index, life, chance), chance));
}

function planNode(gpuSharing: GpuSharing, index: number, life: Life, chance: Chance): NodePlan {
  const hasGpu = gpuSharing !== "none";
  const type = hasGpu ? GPU_TYPE : (CPU_TYPES[index % CPU_TYPES.length] ?? CPU_TYPES[0]);
  const spot = !hasGpu && index % 3 === 0;
  const zone = `us-east-1${"abc"[index % 3]}`;
  const name = `ip-10-0-${index >> 8}-${index & 255}.ec2.internal`;
  // OpenCost does not count the GPUs of a node that offers MIG instances only.
  const gpus = hasGpu && gpuSharing !== "mig" ? GPUS_A_NODE : 0;
  return {
    ...life,
    name,
    index,
    instanceType: type.instanceType,
    instanceId: `i-${chance.hex(name, 17)}`,
    zone,
    spot,
    cores: type.cores,
    memoryBytes: type.memoryGib * GIB,
    gpus,
    gpuSharing,
    prices: { ...(spot ? SPOT : ON_DEMAND), gpu: gpus > 0 ? GPU_PRICE : 0 },
    labels: nodeLabels(name, type.instanceType, zone, spot, gpuSharing),
  };
}

function nodeLabels(
  name: string,
  instanceType: string,
  zone: string,
  spot: boolean,
  gpuSharing: GpuSharing,
): Record<string, string> {
  return {
    "kubernetes.io/hostname": name,
    "kubernetes.io/arch": "amd64",
    "node.kubernetes.io/instance-type": instanceType,
    "topology.kubernetes.io/zone": zone,
    "topology.kubernetes.io/region": "us-east-1",
    "karpenter.sh/capacity-type": spot ? "spot" : "on-demand",
    ...(gpuSharing === "none" ? {} : { "nvidia.com/gpu.present": "true" }),
    ...(gpuSharing === "time-sliced"
      ? { "nvidia.com/gpu.count": String(GPUS_A_NODE), "nvidia.com/gpu.replicas": "4" }
      : {}),
  };
}

/** A fifth of the spot nodes leaves, the first always does. */
function withSuccessor(node: NodePlan, chance: Chance): NodePlan[] {
  const leaves = node.index === 0 || chance.fraction(`${node.name}/leaves`) < 0.2;
  if (!node.spot || !leaves) return [node];
  const at = chance.edge(`${node.name}/leaves`, node);
  const name = node.name.replace("ip-10-0-", "ip-10-1-");
  const successor = {
    ...node,
    name,
    from: at,
    instanceId: `i-${chance.hex(name, 17)}`,
    labels: { ...node.labels, "kubernetes.io/hostname": name },
  };
  return [{ ...node, until: at }, successor];
}
