import { podKey, type ClusterHour, type ContainerHour, type Resource } from "./cluster-hour.ts";

/** Who measured the usage of containers: cAdvisor, or OpenCost's exporter where it has a series (else cAdvisor). */
export type UsageSource = "cadvisor" | "exporter";

/** Recomputed cost of a container. */
export interface RecomputedRow {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  readonly volumes: number;
}

/** The allocation of an hour. */
export interface Recomputed {
  /** By container key. Containers whose pod did not run in the hour have none. */
  readonly rows: ReadonlyMap<string, RecomputedRow>;
  /** What the nodes cost beyond the rows; undefined when a node's capacity is unknown. */
  readonly idle: number | undefined;
}

const GIB = 1024 ** 3;

/**
 * Allocates an hour's cost by the OpenCost specification's formula: the larger of request and usage, times the hours
 * for which the pod ran, times the node's price; a claim's bytes times the hours of the pod that mounts it, in equal
 * parts to the pod's containers; idle is what the nodes cost beyond that, of each resource at least 0.
 * https://www.opencost.io/docs/specification
 */
export function recompute(hour: ClusterHour, usage: UsageSource): Recomputed {
  const volumes = volumeCosts(hour);
  const rows = new Map<string, RecomputedRow>();
  const allocated: Record<Resource, number> = { cpu: 0, memory: 0, gpu: 0 };
  for (const [key, container] of hour.containers) {
    const { namespace, pod, container: name } = container;
    const life = hour.pods.get(podKey(namespace, pod));
    if (!life) continue;
    const price = hour.nodes.get(life.node ?? "")?.price ?? FREE;
    const cost = {
      cpu: larger(container, "cpu", usage) * life.hours * price.cpu,
      memory: ((larger(container, "memory", usage) * life.hours) / GIB) * price.memory,
      gpu: larger(container, "gpu", usage) * life.hours * price.gpu,
    };
    for (const resource of RESOURCES) allocated[resource] += cost[resource];
    rows.set(key, {
      namespace,
      pod,
      container: name,
      ...cost,
      volumes: volumes.get(podKey(namespace, pod)) ?? 0,
    });
  }
  return { rows, idle: idleCost(hour, allocated) };
}

const FREE = { cpu: 0, memory: 0, gpu: 0 } as const;
const RESOURCES = ["cpu", "memory", "gpu"] as const;

function larger(of: ContainerHour, resource: Resource, usage: UsageSource): number {
  const measured = usage === "exporter" ? of.byExporter[resource] : undefined;
  return Math.max(of.requested[resource], measured ?? of.byCadvisor[resource] ?? 0);
}

/** What each container of a pod pays for the pod's claims, by pod key. */
function volumeCosts({ claims, pods, containers }: ClusterHour): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { namespace, pod } of containers.values()) {
    const key = podKey(namespace, pod);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const costs = new Map<string, number>();
  for (const { bytes, price, pods: mounting } of claims) {
    const running = mounting.filter((key) => pods.has(key) && counts.has(key));
    for (const key of running) {
      const hours = (pods.get(key)?.hours ?? 0) / running.length;
      const share = ((bytes / GIB) * hours * price) / (counts.get(key) ?? 1);
      costs.set(key, (costs.get(key) ?? 0) + share);
    }
  }
  return costs;
}

function idleCost({ nodes }: ClusterHour, allocated: Readonly<Record<Resource, number>>): number | undefined {
  const cost: Record<Resource, number> = { cpu: 0, memory: 0, gpu: 0 };
  for (const { hours, price, capacity } of nodes.values()) {
    if (capacity.cpu === undefined || capacity.memory === undefined) return undefined;
    cost.cpu += capacity.cpu * hours * price.cpu;
    cost.memory += (capacity.memory / GIB) * hours * price.memory;
    // A node without GPUs has no such capacity.
    cost.gpu += (capacity.gpu ?? 0) * hours * price.gpu;
  }
  if (nodes.size === 0) return undefined;
  return RESOURCES.reduce((sum, resource) => sum + Math.max(0, cost[resource] - allocated[resource]), 0);
}
