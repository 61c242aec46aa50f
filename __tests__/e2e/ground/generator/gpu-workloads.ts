import type { Chance } from "./chance.ts";
import { planContainer } from "./containers.ts";
import { GPUS_A_NODE } from "./nodes.ts";
import type { AppPlan, GpuPlan, GpuSharing, NodePlan, PodPlan } from "./plan.ts";
import { appLabels, replicaSetOf, type Planned, type Planning } from "./slots.ts";

const SLICES_A_GPU = 4;

type Wanted = Omit<GpuPlan, "active">;

// What runs on a node of each kind. Each leaves some of its GPUs idle.
const WANTED: Readonly<Record<Exclude<GpuSharing, "none">, readonly Wanted[]>> = {
  whole: [
    { resource: "nvidia.com/gpu", requested: 2, allocated: 2, device: 0 },
    { resource: "nvidia.com/gpu", requested: 1, allocated: 1, device: 2 },
  ],
  "time-sliced": Array.from({ length: GPUS_A_NODE * 2 }, (_, slice) => ({
    resource: "nvidia.com/gpu.shared",
    requested: 1,
    allocated: 1 / SLICES_A_GPU,
    device: Math.floor(slice / SLICES_A_GPU),
  })),
  mig: Array.from({ length: 3 }, (_, device) => ({
    resource: "nvidia.com/mig-1g.5gb",
    requested: 1,
    allocated: 0,
    device,
  })),
};

/** A deployment for each way of sharing GPUs. A tenth of its pods live for a part of the time. */
export function planGpuPods({ nodes, life, chance }: Planning): Planned {
  const apps = Object.keys(WANTED).map((sharing): AppPlan => ({
    namespace: "ml",
    name: `train-${sharing}`,
    controller: "deployment",
  }));
  const pods = nodes.flatMap((node) => {
    if (node.gpuSharing === "none") return [];
    const app = `train-${node.gpuSharing}`;
    return WANTED[node.gpuSharing].map((wanted, index): PodPlan => {
      const about = `${app}/${node.name}/${index}`;
      const partly = chance.fraction(`${about}/partly`) < 0.1;
      const lives = partly ? { from: chance.edge(about, life), until: life.until } : life;
      return { ...lives, ...gpuPod(app, about, node, wanted, chance) };
    });
  });
  return { apps, pods };
}

function gpuPod(
  app: string,
  about: string,
  node: NodePlan,
  wanted: Wanted,
  chance: Chance,
): Omit<PodPlan, "from" | "until"> {
  const busy = 0.1 + 0.8 * chance.fraction(`${about}/busy`);
  const active = { base: busy * 0.9, swing: busy * 0.1, phase: 0 };
  const container = planContainer({ name: "train", cpu: 2, memoryMib: 8192 }, about, chance);
  return {
    node,
    namespace: "ml",
    name: `${replicaSetOf(app, chance)}-${chance.hex(`${about}/name`, 8)}`,
    uid: chance.uid(about),
    app,
    owner: { kind: "ReplicaSet", name: replicaSetOf(app, chance) },
    labels: appLabels(app, chance),
    containers: [{ ...container, gpu: { ...wanted, active } }],
  };
}
