import { createChance, type Chance } from "./chance.ts";
import { planGpuPods } from "./gpu-workloads.ts";
import { planNodes } from "./nodes.ts";
import { createPlacement } from "./placement.ts";
import type { ClusterChoices, ClusterPlan, PodPlan, VolumePlan } from "./plan.ts";
import { planDaemons, planDeployments, planJobs, planStateful } from "./workloads.ts";

const GIB = 1024 ** 3;
const VOLUME_PRICE = 0.00005479452;
const DEFAULT_FROM = Date.UTC(2026, 10, 22, 9) / 1000;

/** A cluster of about `pods` pods at a time. @throws Error when `from` is not the start of an hour */
export function generateCluster({ seed, pods, hours, from = DEFAULT_FROM }: ClusterChoices): ClusterPlan {
  if (from % 3600 !== 0) throw new Error(`a cluster starts with an hour, not at "${from}"; round it down`);
  const life = { from, until: from + hours * 3600 };
  const chance = createChance(seed);
  const nodes = planNodes(pods, life, chance);
  const ordinary = nodes.filter(({ gpuSharing, from: since }) => gpuSharing === "none" && since === from);
  const planning = { life, chance, nodes, placement: createPlacement(ordinary, life.until) };
  const stateful = Math.max(2, Math.round(pods / 50));
  const jobs = Math.max(2, Math.round(pods / 40));
  const workloads = [
    planDaemons(planning),
    planStateful(stateful, planning),
    planGpuPods(planning),
    planJobs(jobs, planning),
  ];
  const others =
    workloads.flatMap((planned) => planned.pods).filter((pod) => pod.from === from).length + jobs;
  workloads.push(planDeployments(Math.max(5, pods - others), planning));
  const planned = workloads.flatMap((workload) => workload.pods);
  const apps = workloads.flatMap((workload) => workload.apps);
  return {
    ...life,
    seed,
    nodes,
    apps,
    namespaces: [...new Set(apps.map(({ namespace }) => namespace))].sort(),
    pods: planned,
    volumes: planVolumes(planned, chance),
  };
}

/** A volume for each claim of a pod, one whose claim no pod uses, and two without a claim. */
function planVolumes(pods: readonly PodPlan[], chance: Chance): VolumePlan[] {
  const volume = (name: string, gib: number): VolumePlan => ({
    name,
    volumeId: `vol-${chance.hex(name, 17)}`,
    bytes: gib * GIB,
    pricePerGibHour: VOLUME_PRICE,
  });
  const claims = new Map(pods.flatMap(({ namespace, claim }) => (claim ? [[claim, namespace]] : [])));
  const bound = [...claims].map(([name, namespace]) => ({
    ...volume(`pvc-${chance.uid(`${namespace}/${name}`)}`, 20),
    claim: { namespace, name },
  }));
  const unused = {
    ...volume(`pvc-${chance.uid("unused")}`, 50),
    claim: { namespace: "ops", name: "unused" },
  };
  return [...bound, unused, volume("orphan-0", 100), volume("orphan-1", 100)];
}
