import type { LivingSeries } from "../history/lifetimes.ts";
import { labelText } from "./label-text.ts";
import type { AppPlan, ClusterPlan, Life, NodePlan, PodPlan, VolumePlan } from "./plan.ts";
import { constant, states, type Labels } from "./state-series.ts";

const CONDITIONS = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** What a node is, what may be requested of it, and in which condition it is: always ready. */
export function nodeObjectSeries(node: NodePlan): LivingSeries[] {
  const named = { node: node.name };
  const info = {
    ...named,
    provider_id: `aws:///${node.zone}/${node.instanceId}`,
    kernel_version: "6.12.0",
    os_image: "Amazon Linux 2023",
    container_runtime_version: "containerd://2.1.4",
    kubelet_version: "v1.34.1",
  };
  const allocatable = (resource: string, unit: string, value: number): LivingSeries =>
    constant("kube_node_status_allocatable", node, { ...named, resource, unit }, value);
  return [
    constant("kube_node_info", node, info),
    constant("kube_node_created", node, named, node.from),
    constant("kube_node_spec_unschedulable", node, named, 0),
    allocatable("cpu", "core", node.cores - 0.08),
    allocatable("memory", "byte", node.memoryBytes * 0.93),
    ...(node.gpuSharing === "whole" ? [allocatable("nvidia_com_gpu", "integer", node.gpus)] : []),
    ...CONDITIONS.flatMap((condition) =>
      states(
        "kube_node_status_condition",
        node,
        { ...named, condition },
        "status",
        ["true", "false", "unknown"],
        condition === "Ready" ? "true" : "false",
      ),
    ),
  ];
}

/** A namespace in use. */
export function namespaceObjectSeries(namespace: string, life: Life): LivingSeries[] {
  return [
    constant("kube_namespace_created", life, { namespace }, life.from),
    ...states(
      "kube_namespace_status_phase",
      life,
      { namespace },
      "phase",
      ["Active", "Terminating"],
      "Active",
    ),
  ];
}

/** A volume, bound where a claim has it, and that claim; `isMounted` where some pod always uses it. */
export function volumeObjectSeries(
  { name, volumeId, bytes, claim }: VolumePlan,
  life: Life,
  isMounted: boolean,
): LivingSeries[] {
  const named = { persistentvolume: name };
  const info = { ...named, storageclass: "gp3", csi_driver: "ebs.csi.aws.com", csi_volume_handle: volumeId };
  const phases = ["Pending", "Available", "Bound", "Released", "Failed"];
  const volume = [
    constant("kube_persistentvolume_info", life, info),
    ...states(
      "kube_persistentvolume_status_phase",
      life,
      named,
      "phase",
      phases,
      claim ? "Bound" : "Available",
    ),
  ];
  if (!claim) return volume;
  const claimed = { namespace: claim.namespace, persistentvolumeclaim: claim.name };
  return [
    ...volume,
    ...(isMounted ? kubeletSeries(claimed, life, bytes) : []),
    constant("kube_persistentvolume_claim_ref", life, {
      ...named,
      claim_namespace: claim.namespace,
      name: claim.name,
    }),
    ...states(
      "kube_persistentvolumeclaim_status_phase",
      life,
      claimed,
      "phase",
      ["Lost", "Bound", "Pending"],
      "Bound",
    ),
  ];
}

/** What the kubelet reports of a mounted claim: a third of it is used. */
function kubeletSeries(claim: Labels, { from, until }: Life, bytes: number): LivingSeries[] {
  const labels = labelText({ ...claim, job: "kubernetes-nodes", instance: "kubelet" });
  return [
    { metric: "kubelet_volume_stats_capacity_bytes", labels, value: () => bytes, from, until },
    { metric: "kubelet_volume_stats_used_bytes", labels, value: () => bytes / 3, from, until },
  ];
}

/** The controllers of a cluster's pods: as many replicas as there are pods at the start, all of them available. */
export function workloadSeries(plan: ClusterPlan): LivingSeries[] {
  const replicaSets = new Map(
    plan.pods.filter(({ owner }) => owner.kind === "ReplicaSet").map((pod) => [pod.owner.name, pod]),
  );
  const jobs = new Map(
    plan.pods.filter(({ owner }) => owner.kind === "Job").map((pod) => [pod.owner.name, pod]),
  );
  return [
    ...plan.apps.flatMap((app) => controllerSeries(app, plan)),
    ...[...replicaSets.values()].map((pod) =>
      constant("kube_replicaset_owner", plan, {
        namespace: pod.namespace,
        replicaset: pod.owner.name,
        owner_kind: "Deployment",
        owner_name: pod.app,
        owner_is_controller: "true",
      }),
    ),
    ...[...jobs.values()].flatMap(jobSeries),
  ];
}

function controllerSeries({ namespace, name, controller }: AppPlan, plan: ClusterPlan): LivingSeries[] {
  if (controller === "job") {
    const named = { namespace, cronjob: name };
    return [
      constant("kube_cronjob_info", plan, { ...named, schedule: "*/5 * * * *", concurrency_policy: "Allow" }),
    ];
  }
  const pods = plan.pods.filter((pod) => pod.app === name && pod.namespace === namespace);
  const replicas = Math.max(1, pods.filter(({ from }) => from === plan.from).length);
  const metrics = {
    deployment: ["kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"],
    statefulset: ["kube_statefulset_replicas", "kube_statefulset_status_replicas_available"],
    daemonset: ["kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_number_available"],
  }[controller];
  return metrics.map((metric) => constant(metric, plan, { namespace, [controller]: name }, replicas));
}

function jobSeries(pod: PodPlan): LivingSeries[] {
  const named = { namespace: pod.namespace, job_name: pod.owner.name };
  return [
    constant("kube_job_owner", pod, {
      ...named,
      owner_kind: "CronJob",
      owner_name: pod.app,
      owner_is_controller: "true",
    }),
    constant("kube_job_status_active", pod, named, 1),
    constant("kube_job_status_succeeded", pod, named, 0),
    constant("kube_job_status_failed", pod, named, 0),
  ];
}
