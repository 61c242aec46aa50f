import type { Properties } from "./allocation.ts";
import { podKey, type Pods } from "./containers.ts";
import type { History, Labels } from "./history.ts";
import { averageOverTime, type Span } from "./promql.ts";

const CRON_JOB = /^(.+)-\d{8,10}$/;

/**
 * Gives the containers their labels, annotations, controllers and services.
 * Labels are merged: the pod's go over the namespace's, these over the node's. All names are Prometheus label names.
 */
export function applyMetadata(history: History, window: Span, pods: Pods): void {
  const merged = (metric: string, prefix: string, keys: readonly string[]): Map<string, Labels> =>
    mergeLabels(history, window, metric, prefix, keys);
  const nodeLabels = merged("kube_node_labels", "label_", ["node"]);
  const namespaceLabels = merged("kube_namespace_labels", "label_", ["namespace"]);
  const namespaceAnnotations = merged("kube_namespace_annotations", "annotation_", ["namespace"]);
  const podLabels = merged("kube_pod_labels", "label_", ["namespace", "pod"]);
  const podAnnotations = merged("kube_pod_annotations", "annotation_", ["namespace", "pod"]);
  const controllers = findControllers(history, window, podLabels);
  const services = matchSelectors(history, window, "service_selector_labels", "service", podLabels);
  for (const [key, { namespace, containers }] of pods) {
    for (const { properties } of containers.values()) {
      const behind = services.get(key);
      Object.assign(properties, {
        ...controllers.get(key),
        ...(behind ? { services: behind } : {}),
        labels: {
          ...nodeLabels.get(properties.node ?? ""),
          ...namespaceLabels.get(namespace),
          ...podLabels.get(key),
        },
        annotations: { ...namespaceAnnotations.get(namespace), ...podAnnotations.get(key) },
        namespaceLabels: namespaceLabels.get(namespace) ?? {},
        namespaceAnnotations: namespaceAnnotations.get(namespace) ?? {},
      } satisfies Partial<Properties>);
    }
  }
}

function mergeLabels(
  history: History,
  window: Span,
  metric: string,
  prefix: string,
  keys: readonly string[],
): Map<string, Labels> {
  const found = new Map<string, Record<string, string>>();
  for (const series of history.series(metric)) {
    if (averageOverTime(series, window) === undefined) continue;
    const key = keys.map((name) => series.labels[name] ?? "").join("/");
    const labels = found.get(key) ?? {};
    Object.assign(labels, withoutPrefix(series.labels, prefix));
    found.set(key, labels);
  }
  return found;
}

function withoutPrefix(labels: Labels, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  );
}

type Controller = Pick<Properties, "controller" | "controllerKind">;

// Deployments and stateful sets are found by their selectors, as OpenCost does, all others by the pod's owner.
function findControllers(
  history: History,
  window: Span,
  podLabels: ReadonlyMap<string, Labels>,
): Map<string, Controller> {
  const controllers = new Map<string, Controller>();
  const selected = [
    ["deployment_match_labels", "deployment", "deployment"],
    ["statefulSet_match_labels", "statefulSet", "statefulset"],
  ] as const;
  for (const [metric, label, controllerKind] of selected) {
    for (const [pod, names] of matchSelectors(history, window, metric, label, podLabels))
      controllers.set(pod, { controllerKind, controller: names.at(-1) ?? "" });
  }
  for (const series of history.series("kube_pod_owner")) {
    const { namespace, pod, owner_kind: kind, owner_name: owner = "" } = series.labels;
    if ((kind !== "DaemonSet" && kind !== "Job") || averageOverTime(series, window) === undefined) continue;
    const controller = kind === "Job" ? (CRON_JOB.exec(owner)?.[1] ?? owner) : owner;
    controllers.set(podKey(namespace, pod), { controllerKind: kind.toLowerCase(), controller });
  }
  return controllers;
}

/** Names of what selects a pod, by pod: everything in the pod's namespace whose labels the pod has. */
function matchSelectors(
  history: History,
  window: Span,
  metric: string,
  nameLabel: string,
  podLabels: ReadonlyMap<string, Labels>,
): Map<string, string[]> {
  const selectors = new Map<string, { name: string; wanted: [string, string][] }[]>();
  for (const series of history.series(metric)) {
    if (averageOverTime(series, window) === undefined) continue;
    const { namespace = "", [nameLabel]: name = "" } = series.labels;
    const wanted = Object.entries(withoutPrefix(series.labels, "label_"));
    selectors.set(namespace, [...(selectors.get(namespace) ?? []), { name, wanted }]);
  }
  const matches = new Map<string, string[]>();
  for (const [pod, labels] of podLabels) {
    const names = (selectors.get(pod.slice(0, pod.indexOf("/"))) ?? [])
      .filter(({ wanted }) => wanted.every(([label, value]) => labels[label] === value))
      .map(({ name }) => name);
    if (names.length > 0) matches.set(pod, names);
  }
  return matches;
}
