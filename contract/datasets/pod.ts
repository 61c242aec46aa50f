import { RUN_COLUMNS, type Dataset, type PrometheusQuery } from "./column.ts";
import {
  COPIES,
  PRESENCE,
  derived,
  gaugeOf,
  keyColumn,
  labelColumns,
  labelled,
  labelsOf,
  queried,
  secondsColumns,
  secondsOf,
} from "./query-forms.ts";

const POD = {
  namespace: { label: "namespace" },
  pod: { label: "pod" },
  pod_uid: { label: "uid" },
} as const;
const BY = "namespace, pod, uid";
/** cAdvisor's series of a pod's network have its name and a cgroup, and no container. */
const NETWORK = { ...POD, pod_uid: { podOfCgroup: "id" } } as const;

function state(
  id: string,
  metric: string,
  labels: string,
  meaning: string,
  optional?: { readonly mayBeEmpty: true },
): PrometheusQuery {
  return {
    id,
    promql: gaugeOf("max", `${metric}{$ksm}`, `${BY}${labels}`),
    metrics: [metric],
    fold: labels === "" ? "max" : "text",
    row: POD,
    meaning,
    ...optional,
  };
}

function network(direction: "receive" | "transmit"): PrometheusQuery {
  const metric = `container_network_${direction}_bytes_total`;
  return {
    id: `network_${direction}`,
    promql: `sum by (namespace, pod, id) (max by (namespace, pod, id, interface) (increase(${metric}{$all, pod!="", id!=""}[1h])))`,
    metrics: [metric],
    fold: "sum",
    mayBeEmpty: true,
    row: NETWORK,
    decorates: true,
    meaning: "Bytes over all interfaces",
  };
}

/** Lookups: which controller made the ReplicaSet or Job that owns a pod. */
const CONTROLLERS: readonly PrometheusQuery[] = [
  {
    id: "replicaset_owner",
    promql: gaugeOf("max", "kube_replicaset_owner{$ksm}", "namespace, replicaset, owner_kind, owner_name"),
    metrics: ["kube_replicaset_owner"],
    fold: "text",
    mayBeEmpty: true,
    meaning: "Which Deployment or Rollout made a ReplicaSet",
  },
  {
    id: "job_owner",
    promql: gaugeOf("max", "kube_job_owner{$ksm}", "namespace, job_name, owner_kind, owner_name"),
    metrics: ["kube_job_owner"],
    fold: "text",
    mayBeEmpty: true,
    meaning: "Which CronJob made a Job",
  },
];

/** What each pod was, whose it was, and what became of it. */
export const pod: Dataset = {
  name: "pod",
  version: 1,
  grain: "One pod, by its UID, that kube-state-metrics reported in the hour",
  key: ["namespace", "pod", "pod_uid"],
  columns: [
    ...RUN_COLUMNS,
    keyColumn("namespace", "label namespace", "Kubernetes namespace"),
    keyColumn("pod", "label pod", "Name of the pod"),
    keyColumn("pod_uid", "label uid", "UID of the pod"),
    labelled("node", "info", "node", "Node that it was bound to; null while it waits for one"),
    labelled(
      "owner_kind",
      "owner",
      "owner_kind",
      "Kind of its owner: ReplicaSet, StatefulSet, DaemonSet, Job",
    ),
    labelled("owner_name", "owner", "owner_name", "Name of its owner"),
    derived(
      "workload_kind",
      "string",
      undefined,
      "owner of the owning ReplicaSet or Job (kube_replicaset_owner, kube_job_owner); else owner_kind; Pod for a pod of its own",
      "Kind of the controller that people deploy: Deployment, CronJob",
    ),
    derived("workload_name", "string", undefined, "as workload_kind", "Name of that controller"),
    labelled("priority_class", "info", "priority_class", "Priority class"),
    labelled("host_network", "info", "host_network", "true where it shares the node's network"),
    labelled("qos_class", "qos_class", "qos_class", "Guaranteed, Burstable or BestEffort"),
    queried("created_at", "timestamp", undefined, { query: "created" }, "When it was made"),
    queried("started_at", "timestamp", undefined, { query: "started" }, "When the kubelet took it on"),
    queried("completed_at", "timestamp", undefined, { query: "completed" }, "When it ended"),
    ...secondsColumns("phase", "phase", [
      ["pending", "Pending", "Time waiting"],
      ["running", "Running", "Time running"],
      ["succeeded", "Succeeded", "Time after it succeeded"],
      ["failed", "Failed", "Time after it failed"],
      ["unknown", "Unknown", "Time in which its node did not answer"],
    ]),
    labelled("status_reason", "status_reason", "reason", "Why it ended: Evicted, NodeLost, Preempting …"),
    queried(
      "network_receive_bytes",
      "double",
      "bytes",
      { query: "network_receive" },
      "Received on all interfaces (increase); a pod on the host's network has the node's or null",
    ),
    queried(
      "network_transmit_bytes",
      "double",
      "bytes",
      { query: "network_transmit" },
      "Sent on all interfaces (increase); a pod on the host's network has the node's or null",
    ),
    labelled(
      "persistent_volume_claims",
      "claims",
      "persistentvolumeclaim",
      "Claims that it mounts, joined with a comma",
    ),
    queried(
      "persistent_volume_bytes",
      "double",
      "bytes",
      { query: "volume_bytes" },
      "Size of the volumes it mounts, as OpenCost has it",
    ),
    ...labelColumns("Pod", "labels", { query: "annotations" }),
  ],
  queries: [
    PRESENCE,
    COPIES,
    state("info", "kube_pod_info", ", node, priority_class, host_network", "Which pods there were"),
    state("owner", "kube_pod_owner", ", owner_kind, owner_name", "Whose it is"),
    ...CONTROLLERS,
    {
      ...state("qos_class", "kube_pod_status_qos_class", ", qos_class", "Quality of service", {
        mayBeEmpty: true,
      }),
      promql: `${gaugeOf("max", "kube_pod_status_qos_class{$ksm}", `${BY}, qos_class`)} > 0`,
    },
    state("created", "kube_pod_created", "", "When it was made"),
    state("started", "kube_pod_start_time", "", "When it started", { mayBeEmpty: true }),
    state("completed", "kube_pod_completion_time", "", "When it ended", { mayBeEmpty: true }),
    {
      ...state("phase", "kube_pod_status_phase", "", "Seconds in each phase"),
      // Four of five phases are 0: left out, they are four fifths of the answer.
      promql: `(${secondsOf("kube_pod_status_phase{$ksm}", `${BY}, phase`)}) > 0`,
    },
    {
      ...state("status_reason", "kube_pod_status_reason", ", reason", "Why it ended", { mayBeEmpty: true }),
      promql: `${gaugeOf("max", "kube_pod_status_reason{$ksm}", `${BY}, reason`)} > 0`,
    },
    network("receive"),
    network("transmit"),
    state(
      "claims",
      "kube_pod_spec_volumes_persistentvolumeclaims_info",
      ", persistentvolumeclaim",
      "Claims it mounts",
      { mayBeEmpty: true },
    ),
    {
      id: "volume_bytes",
      promql:
        "sum by (namespace, pod) (max by (namespace, pod, persistentvolume) (max_over_time(pod_pvc_allocation{$all}[1h])))",
      metrics: ["pod_pvc_allocation"],
      fold: "max",
      mayBeEmpty: true,
      // OpenCost's `uid` here is not the pod's.
      row: { ...POD, pod_uid: { podOfCgroup: "id" } },
      decorates: true,
      meaning: "Size of the volumes it mounts",
    },
    {
      ...state(
        "labels",
        "kube_pod_labels",
        ", ",
        "Labels, as far as kube-state-metrics is told to show them",
        {
          mayBeEmpty: true,
        },
      ),
      promql: labelsOf("kube_pod_labels{$ksm}"),
      decorates: true,
    },
    {
      ...state(
        "annotations",
        "kube_pod_annotations",
        ", ",
        "Annotations, as far as kube-state-metrics shows them",
        {
          mayBeEmpty: true,
        },
      ),
      promql: labelsOf("kube_pod_annotations{$ksm}"),
      decorates: true,
    },
  ],
  totals: [
    "running_seconds",
    "pending_seconds",
    "network_receive_bytes",
    "network_transmit_bytes",
    "persistent_volume_bytes",
  ],
};
