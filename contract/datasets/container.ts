import { RUN_COLUMNS, type Column, type Dataset } from "./column.ts";
import { MEASURES, measureColumn, measureQuery } from "./container-measures.ts";
import { STATE_QUERIES } from "./container-state.ts";

function resource(
  name: string,
  query: "requests" | "limits",
  kind: string,
  unit: string,
  meaning: string,
): Column {
  return {
    name,
    type: "double",
    unit,
    nullable: true,
    source: { from: "prometheus", query, where: { resource: kind } },
    meaning,
  };
}

function derivedText(name: string, nullable: boolean, rule: string, meaning: string): Column {
  return { name, type: "string", nullable, source: { from: "derived", rule }, meaning };
}

/** Usage, limits and state of each container in the hour, from cAdvisor and kube-state-metrics. */
export const container: Dataset = {
  name: "container",
  version: 1,
  grain:
    "One container of one pod that cAdvisor saw or kube-state-metrics says ran or restarted in the hour; restarts are folded into the row",
  key: ["namespace", "pod", "pod_uid", "container", "container_kind"],
  columns: [
    ...RUN_COLUMNS,
    derivedText("namespace", false, "label namespace", "Kubernetes namespace"),
    derivedText("pod", false, "label pod", "Name of the pod"),
    derivedText(
      "pod_uid",
      true,
      "from cAdvisor's id (systemd and cgroupfs drivers); else the one uid that kube-state-metrics reports for the pod's name; else null",
      "UID of the pod",
    ),
    derivedText("pod_uid_source", true, "cadvisor, kube-state-metrics, or null", "Where pod_uid was read"),
    derivedText("container", false, "label container", "Name of the container"),
    derivedText(
      "container_kind",
      true,
      "init when kube-state-metrics lists it as one; app when it reports its state; ephemeral when it knows the pod but not the container; null when it does not know the pod",
      "app, init or ephemeral",
    ),
    derivedText("node", true, "from kube_pod_info, else from the resource requests", "Node the pod ran on"),
    ...MEASURES.map(measureColumn),
    {
      name: "cpu_usage_cores_avg",
      type: "double",
      unit: "cores",
      nullable: true,
      source: { from: "derived", rule: "cpu_usage_core_seconds / observed_seconds" },
      meaning: "Cores used on average while the container was seen",
    },
    resource("cpu_request_cores", "requests", "cpu", "cores", "CPU request"),
    resource("cpu_limit_cores", "limits", "cpu", "cores", "CPU limit"),
    resource("memory_request_bytes", "requests", "memory", "bytes", "Memory request"),
    resource("memory_limit_bytes", "limits", "memory", "bytes", "Memory limit"),
    resource(
      "ephemeral_storage_request_bytes",
      "requests",
      "ephemeral_storage",
      "bytes",
      "Ephemeral storage request",
    ),
    resource(
      "ephemeral_storage_limit_bytes",
      "limits",
      "ephemeral_storage",
      "bytes",
      "Ephemeral storage limit",
    ),
    resource("gpu_request_count", "requests", "nvidia_com_gpu", "GPUs", "NVIDIA GPUs requested"),
    {
      name: "running_seconds",
      type: "double",
      unit: "seconds",
      nullable: true,
      source: { from: "prometheus", query: "running_seconds" },
      meaning: "Time in the running state, to the minute",
    },
    {
      name: "restarts",
      type: "int64",
      unit: "restarts",
      nullable: true,
      source: { from: "prometheus", query: "restarts" },
      meaning: "Restarts within the hour",
    },
    {
      name: "terminated_reason",
      type: "string",
      nullable: true,
      source: { from: "prometheus", query: "terminated_reason", label: "reason" },
      meaning:
        "Why the container ended in the hour (OOMKilled, Error, Completed …); several joined with a comma",
    },
    {
      name: "last_seen",
      type: "timestamp",
      nullable: true,
      source: { from: "prometheus", query: "last_seen" },
      meaning: "When cAdvisor last saw the container",
    },
  ],
  queries: [...MEASURES.map(measureQuery), ...STATE_QUERIES],
  totals: [
    "cpu_usage_core_seconds",
    "memory_working_set_bytes_avg",
    "observed_seconds",
    "running_seconds",
    "restarts",
  ],
};
