import type { LivingSeries } from "../history/lifetimes.ts";
import { prefixedLabels } from "./label-text.ts";
import {
  namespaceObjectSeries,
  nodeObjectSeries,
  volumeObjectSeries,
  workloadSeries,
} from "./object-series.ts";
import type { ClusterPlan, ContainerPlan, Life, NodePlan, PodPlan } from "./plan.ts";
import { podStateSeries } from "./pod-state-series.ts";
import { constant, type Labels } from "./state-series.ts";

/** What kube-state-metrics tells of a cluster, in the metrics that the agent and OpenCost read. */
export function kubeStateSeries(plan: ClusterPlan): LivingSeries[] {
  return [
    ...plan.pods.flatMap(podSeries),
    ...plan.nodes.flatMap(nodeSeries),
    ...plan.namespaces.flatMap((namespace) => namespaceSeries(namespace, plan)),
    ...volumeSeries(plan),
    ...workloadSeries(plan),
  ];
}

function podSeries(pod: PodPlan): LivingSeries[] {
  const named = { namespace: pod.namespace, pod: pod.name, uid: pod.uid };
  const { kind, name } = pod.owner;
  const owned = { owner_kind: kind, owner_name: name, owner_is_controller: "true" };
  const info = { host_ip: "10.0.0.1", node: pod.node.name, created_by_kind: kind, created_by_name: name };
  return [
    constant("kube_pod_info", pod, { ...named, ...info }),
    constant("kube_pod_owner", pod, { ...named, ...owned }),
    constant("kube_pod_labels", pod, { ...named, ...prefixedLabels("label", pod.labels) }),
    constant("kube_pod_annotations", pod, { ...named, annotation_prometheus_io_scrape: "true" }),
    ...podStateSeries(pod, named),
    ...pod.containers.flatMap((container) => containerSeries(pod, container, named)),
  ];
}

function containerSeries(pod: PodPlan, container: ContainerPlan, named: Labels): LivingSeries[] {
  const labels = { ...named, container: container.name };
  const { restartedAt = Number.POSITIVE_INFINITY, gpu } = container;
  const amount = (
    kind: "requests" | "limits",
    resource: string,
    unit: string,
    value: number,
  ): LivingSeries[] =>
    value === 0
      ? []
      : [
          constant(
            `kube_pod_container_resource_${kind}`,
            pod,
            { ...labels, node: pod.node.name, resource, unit },
            value,
          ),
        ];
  const gpuResource = gpu?.resource.replace(/[^a-zA-Z0-9_]/g, "_") ?? "";
  return [
    constant("kube_pod_container_status_running", pod, labels),
    {
      ...constant("kube_pod_container_status_restarts_total", pod, labels),
      value: (t) => (t >= restartedAt ? 1 : 0),
    },
    ...amount("requests", "cpu", "core", container.cpuRequest),
    ...amount("requests", "memory", "byte", container.memoryRequest),
    ...amount("requests", gpuResource, "integer", gpu?.requested ?? 0),
    ...amount("limits", "cpu", "core", container.cpuLimit),
    ...amount("limits", "memory", "byte", container.memoryLimit),
    ...amount("limits", gpuResource, "integer", gpu?.requested ?? 0),
  ];
}

function nodeSeries(node: NodePlan): LivingSeries[] {
  const named = { node: node.name };
  const gpus = { ...named, resource: "nvidia_com_gpu", unit: "integer" };
  return [
    ...nodeObjectSeries(node),
    ...(node.gpuSharing === "whole" ? [constant("kube_node_status_capacity", node, gpus, node.gpus)] : []),
    constant("kube_node_labels", node, { ...named, ...prefixedLabels("label", node.labels) }),
    constant("kube_node_status_capacity", node, { ...named, resource: "cpu", unit: "core" }, node.cores),
    constant(
      "kube_node_status_capacity",
      node,
      { ...named, resource: "memory", unit: "byte" },
      node.memoryBytes,
    ),
  ];
}

function namespaceSeries(namespace: string, life: Life): LivingSeries[] {
  const labels = { "kubernetes.io/metadata.name": namespace, "example.com/team": `team-${namespace}` };
  return [
    ...namespaceObjectSeries(namespace, life),
    constant("kube_namespace_labels", life, { namespace, ...prefixedLabels("label", labels) }),
    constant("kube_namespace_annotations", life, {
      namespace,
      annotation_owner_email: `${namespace}@example.test`,
    }),
  ];
}

function volumeSeries(plan: ClusterPlan): LivingSeries[] {
  const mounted = new Set(plan.pods.map(({ claim }) => claim));
  return plan.volumes.flatMap((volume) => {
    const { name, bytes, claim } = volume;
    const objects = volumeObjectSeries(volume, plan, claim !== undefined && mounted.has(claim.name));
    const capacity = constant(
      "kube_persistentvolume_capacity_bytes",
      plan,
      { persistentvolume: name },
      bytes,
    );
    if (!claim) return [...objects, capacity];
    const named = { namespace: claim.namespace, persistentvolumeclaim: claim.name };
    return [
      ...objects,
      capacity,
      constant("kube_persistentvolumeclaim_info", plan, { ...named, storageclass: "gp3", volumename: name }),
      constant("kube_persistentvolumeclaim_resource_requests_storage_bytes", plan, named, bytes),
    ];
  });
}
