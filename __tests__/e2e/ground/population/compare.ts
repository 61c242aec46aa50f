import type { LivingSeries } from "../history/lifetimes.ts";
import { prefixedLabels } from "../generator/label-text.ts";
import { parseLabels } from "../opencost/history.ts";
import { labelKey, type LabelSet } from "./label-set.ts";
import type { Sample } from "./samples.ts";
import { POPULATION_LABEL } from "./snapshot.ts";

/** How many series of a metric there are, and what their values add up to. */
export interface MetricSum {
  readonly metric: string;
  readonly generated: { readonly series: number; readonly sum: number };
  readonly live: { readonly series: number; readonly sum: number };
}

/** What came out of comparing a generated cluster with the live one. */
export interface Comparison {
  readonly sums: readonly MetricSum[];
  /** Series that only one side has, or whose values differ; empty when all is well. */
  readonly differences: readonly string[];
}

const [POPULATION = ""] = Object.keys(prefixedLabels("label", { [POPULATION_LABEL]: "" }));
// Given by the scrape, by the API server, or by the population itself.
const NEVER_COMPARED = ["job", "instance", "uid", POPULATION];

/**
 * The metrics that are compared, series by series, and the labels that only a live cluster has or that it chooses. Not
 * here: restarts, because simulated containers never restart.
 */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  kube_pod_info: ["host_ip", "pod_ip", "host_network", "priority_class"],
  kube_pod_owner: [],
  kube_pod_labels: [],
  kube_pod_annotations: [],
  kube_pod_container_status_running: [],
  kube_pod_container_resource_requests: [],
  kube_pod_container_resource_limits: [],
  // The controllers still add the label that was replaced in Kubernetes 1.14.
  kube_node_labels: ["label_beta_kubernetes_io_arch"],
  kube_node_status_capacity: [],
  kube_namespace_labels: [],
  kube_namespace_annotations: [],
  kube_persistentvolume_capacity_bytes: [],
  kube_persistentvolumeclaim_info: ["volumemode"],
  kube_persistentvolumeclaim_resource_requests_storage_bytes: [],
};

/** Whether a metric is compared. */
export function isCompared(metric: string): boolean {
  return metric in COMPARED;
}

/** The generator's series as they are scraped at an instant. */
export function samplesAt(series: readonly LivingSeries[], at: number): Sample[] {
  return series
    .filter(({ from, until }) => from <= at && at < until)
    .map(({ metric, labels, value }) => ({ metric, labels: parseLabels(labels), value: value(at) }));
}

/** Compares what the generator says of an instant with what kube-state-metrics tells of its population. */
export function compareSamples(generated: readonly Sample[], live: readonly Sample[]): Comparison {
  const sums: MetricSum[] = [];
  const differences: string[] = [];
  for (const [metric, without] of Object.entries(COMPARED)) {
    const ours = valuesByKey(generated, metric, without);
    const theirs = valuesByKey(live, metric, without);
    sums.push({ metric, generated: summed(ours), live: summed(theirs) });
    for (const [key, values] of ours) {
      const found = theirs.get(key);
      if (found === undefined) differences.push(`${metric}{${key}} is not in the live cluster`);
      else if (String(found) !== String(values))
        differences.push(
          `${metric}{${key}} is "${String(values)}", the live cluster says "${String(found)}"`,
        );
    }
    for (const key of theirs.keys())
      if (!ours.has(key)) differences.push(`${metric}{${key}} is in the live cluster only`);
  }
  return { sums, differences };
}

/** What kube-state-metrics says of the population with `mark`, of the capacities those that the generator has. */
export function populationSamples(samples: readonly Sample[], mark: string): Sample[] {
  const marked = (metric: string, named: (labels: LabelSet) => string): Set<string> =>
    new Set(
      samples
        .filter((sample) => sample.metric === metric)
        .filter(({ labels }) => labels[POPULATION] === mark)
        .map(({ labels }) => named(labels)),
    );
  const pods = marked("kube_pod_labels", podName);
  const nodes = marked("kube_node_labels", ({ node = "" }) => node);
  const namespaces = marked("kube_namespace_labels", ({ namespace = "" }) => namespace);
  return samples.filter(({ metric, labels }) => {
    if (metric.startsWith("kube_pod_")) return pods.has(podName(labels));
    if (
      metric === "kube_node_status_capacity" &&
      !/^(cpu|memory|nvidia_com_gpu)$/.test(labels["resource"] ?? "")
    )
      return false;
    if (metric.startsWith("kube_node_")) return nodes.has(labels["node"] ?? "");
    if (metric.startsWith("kube_namespace_")) return namespaces.has(labels["namespace"] ?? "");
    return true;
  });
}

function podName({ namespace, pod }: LabelSet): string {
  return `${namespace}/${pod}`;
}

function valuesByKey(
  samples: readonly Sample[],
  metric: string,
  without: readonly string[],
): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const sample of samples) {
    if (sample.metric !== metric) continue;
    const key = labelKey(sample.labels, [...NEVER_COMPARED, ...without]);
    values.set(key, [...(values.get(key) ?? []), sample.value]);
  }
  return values;
}

function summed(values: ReadonlyMap<string, readonly number[]>): { series: number; sum: number } {
  const all = [...values.values()].flat();
  return { series: all.length, sum: all.reduce((sum, value) => sum + value, 0) };
}
