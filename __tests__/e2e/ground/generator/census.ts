import type { ClusterPlan, GpuSharing, PodPlan } from "./plan.ts";
import { GPUS_A_NODE } from "./nodes.ts";

/** How often each thing that makes a cluster hard to account for occurs in one, by what it is called in tables. */
export type Census = Readonly<Record<string, number>>;

const SHORT_SECONDS = 1500;

/** Counts what a generated cluster has of everything it has to have some of. */
export function takeCensus({ pods, nodes, volumes, from, until }: ClusterPlan): Census {
  const containers = pods.flatMap((pod) => pod.containers);
  const gpus = (sharing: GpuSharing): number =>
    GPUS_A_NODE * nodes.filter((node) => node.gpuSharing === sharing).length;
  const resources = (wanted: string): number =>
    containers.filter(({ gpu }) => gpu?.resource.startsWith(wanted)).length;
  return {
    "pods in all": pods.length,
    "pods at the start": pods.filter((pod) => pod.from === from).length,
    containers: containers.length,
    "names used again": pods.length - new Set(pods.map(nameOf)).size,
    "short-lived pods": pods.filter((pod) => pod.until - pod.from <= SHORT_SECONDS).length,
    "pods that start late": pods.filter((pod) => pod.from > from).length,
    "pods that end early": pods.filter((pod) => pod.until < until).length,
    restarts: containers.filter(({ restartedAt }) => restartedAt !== undefined).length,
    "containers that ask for nothing": containers.filter(({ cpuRequest }) => cpuRequest === 0).length,
    "stateful pods": pods.filter(({ owner }) => owner.kind === "StatefulSet").length,
    jobs: pods.filter(({ owner }) => owner.kind === "Job").length,
    "pods with dots and slashes in labels": pods.filter(({ labels }) => hasDotAndSlash(labels)).length,
    "bound volumes": volumes.filter(({ claim }) => claim?.name.startsWith("data-")).length,
    "claims that no pod mounts": volumes.filter(({ claim }) => claim?.name === "unused").length,
    "orphaned volumes": volumes.filter(({ claim }) => claim === undefined).length,
    nodes: nodes.length,
    "nodes that leave": nodes.filter((node) => node.until < until).length,
    "nodes that join": nodes.filter((node) => node.from > from).length,
    "spot nodes": nodes.filter(({ spot }) => spot).length,
    "on-demand nodes": nodes.filter(({ spot }) => !spot).length,
    "GPUs, whole": gpus("whole"),
    "GPUs, time-sliced": gpus("time-sliced"),
    "GPUs, MIG": gpus("mig"),
    "containers with whole GPUs": containers.filter(({ gpu }) => gpu?.resource === "nvidia.com/gpu").length,
    "containers with time slices": resources("nvidia.com/gpu.shared"),
    "containers with MIG instances": resources("nvidia.com/mig-"),
  };
}

/** What a cluster should have and has none of. */
export function lackingIn(census: Census): string[] {
  return Object.entries(census)
    .filter(([, count]) => count === 0)
    .map(([what]) => what);
}

function nameOf({ namespace, name }: PodPlan): string {
  return `${namespace}/${name}`;
}

function hasDotAndSlash(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).some((name) => name.includes(".") && name.includes("/"));
}
