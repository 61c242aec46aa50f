import type { PrometheusQuery } from "./column.ts";
import { perContainer } from "./container-measures.ts";
import { secondsOf } from "./query-forms.ts";

const BY_KSM = "namespace, pod, uid, container";
const RESOURCES = 'resource=~"cpu|memory|ephemeral_storage|nvidia_com_gpu"';
const RESTARTS = "kube_pod_container_status_restarts_total{$ksm}";
const RUNNING = "kube_pod_container_status_running{$ksm}";

/** What the container was given and what became of it, mostly from kube-state-metrics. */
export const STATE_QUERIES: readonly PrometheusQuery[] = [
  {
    id: "last_seen",
    promql: perContainer("max_over_time(container_last_seen{$cadvisor}[1h])"),
    metrics: ["container_last_seen"],
    fold: "max",
    meaning: "When cAdvisor last saw the container",
  },
  {
    id: "requests",
    promql: `max by (${BY_KSM}, node, resource) (avg_over_time(kube_pod_container_resource_requests{$ksm, ${RESOURCES}}[1h]))`,
    metrics: ["kube_pod_container_resource_requests"],
    fold: "max",
    meaning: "Resource requests",
  },
  {
    id: "limits",
    promql: `max by (${BY_KSM}, node, resource) (avg_over_time(kube_pod_container_resource_limits{$ksm, ${RESOURCES}}[1h]))`,
    metrics: ["kube_pod_container_resource_limits"],
    fold: "max",
    mayBeEmpty: true,
    meaning: "Resource limits",
  },
  {
    id: "running_seconds",
    promql: secondsOf(RUNNING, BY_KSM),
    metrics: ["kube_pod_container_status_running"],
    fold: "max",
    meaning:
      "Time in the running state, to the minute; nothing for a container that was not scraped within the hour itself",
  },
  {
    id: "restarts",
    // Over all series of a container: a kube-state-metrics that moved goes on counting under another instance.
    promql: `max by (${BY_KSM}) (max_over_time(${RESTARTS}[1h])) - min by (${BY_KSM}) (min_over_time(${RESTARTS}[1h]))`,
    metrics: ["kube_pod_container_status_restarts_total"],
    fold: "max",
    meaning: "Restarts within the hour",
  },
  {
    id: "terminated_reason",
    promql: `max by (${BY_KSM}, reason) (max_over_time(kube_pod_container_status_terminated_reason{$ksm}[1h])) > 0`,
    metrics: ["kube_pod_container_status_terminated_reason"],
    fold: "text",
    mayBeEmpty: true,
    meaning: "Why the container ended",
  },
  {
    id: "init_containers",
    promql: `max by (${BY_KSM}) (max_over_time(kube_pod_init_container_info{$ksm}[1h]))`,
    metrics: ["kube_pod_init_container_info"],
    fold: "max",
    mayBeEmpty: true,
    meaning: "Which containers are init containers",
  },
  {
    id: "pod_info",
    promql: "max by (namespace, pod, uid, node) (max_over_time(kube_pod_info{$ksm}[1h]))",
    metrics: ["kube_pod_info"],
    fold: "text",
    meaning: "UID and node of each pod",
  },
];
