import { API_SERVER_URL } from "../kubernetes/addresses.ts";
import { SIMULATED_NODE_ANNOTATION } from "../kubernetes/kwok.ts";
import { NAMESPACE, STATE_METRICS_LABEL } from "./access.ts";

/** What Prometheus shows to the API server and to kubelets, and how it knows them. */
export interface Credentials {
  /** File with the cluster's authority. */
  readonly authority: string;
  /** File with a service account's token; read at each request. */
  readonly token: string;
}

/** The jobs, by the names that the usual charts give them. */
export const JOBS = {
  cadvisor: "kubernetes-nodes-cadvisor",
  stateMetrics: "kube-state-metrics",
  services: "kubernetes-service-endpoints",
  pods: "kubernetes-pods",
} as const;

const INTERVAL = "15s";

const NAMESPACE_LABEL = { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" };

/** Configuration of a Prometheus that finds every target by asking the API server. */
export function scrapeConfig(credentials: Credentials): object {
  const trust = {
    tls_config: { ca_file: credentials.authority },
    authorization: { type: "Bearer", credentials_file: credentials.token },
  };
  const discover = (role: string, more: object = {}): object => ({
    kubernetes_sd_configs: [{ api_server: API_SERVER_URL, role, ...trust, ...more }],
  });
  return {
    global: { scrape_interval: INTERVAL, scrape_timeout: "10s" },
    scrape_configs: [
      {
        job_name: JOBS.cadvisor,
        scheme: "https",
        metrics_path: "/metrics/cadvisor",
        ...trust,
        ...discover("node"),
        relabel_configs: [
          // A simulated node has no kubelet.
          drop(`__meta_kubernetes_node_annotation_${labelName(SIMULATED_NODE_ANNOTATION)}`, "fake"),
          { source_labels: ["__meta_kubernetes_node_name"], target_label: "instance" },
        ],
      },
      {
        job_name: JOBS.stateMetrics,
        // Its series name the namespaces that they are about: not the target's own.
        honor_labels: true,
        ...discover("endpointslice", { namespaces: { names: [NAMESPACE] } }),
        relabel_configs: [
          ...Object.entries(STATE_METRICS_LABEL).map(([name, value]) =>
            keep(`__meta_kubernetes_service_label_${labelName(name)}`, value),
          ),
          NAMESPACE_LABEL,
        ],
      },
      { job_name: JOBS.services, ...discover("endpointslice"), relabel_configs: annotated("service") },
      { job_name: JOBS.pods, ...discover("pod"), relabel_configs: annotated("pod") },
    ],
  };
}

/** Targets with the annotations `prometheus.io/scrape`, `path` and `port`, as the usual charts take them. */
function annotated(kind: "service" | "pod"): object[] {
  const annotation = (name: string): string => `__meta_kubernetes_${kind}_annotation_prometheus_io_${name}`;
  return [
    keep(annotation("scrape"), "true"),
    // A pod has an address per port of its containers; one that has ended has none that answers.
    keep("__meta_kubernetes_pod_phase", "Running"),
    { source_labels: [annotation("path")], regex: "(.+)", target_label: "__metrics_path__" },
    {
      source_labels: ["__address__", annotation("port")],
      regex: "([^:]+)(?::\\d+)?;(\\d+)",
      replacement: "$1:$2",
      target_label: "__address__",
    },
    NAMESPACE_LABEL,
    { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
  ];
}

function keep(label: string, regex: string): object {
  return { source_labels: [label], regex, action: "keep" };
}

function drop(label: string, regex: string): object {
  return { source_labels: [label], regex, action: "drop" };
}

/** Prometheus' spelling of a Kubernetes name in a label's name. */
function labelName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}
