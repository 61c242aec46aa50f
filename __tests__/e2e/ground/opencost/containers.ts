import { emptyAllocation, hoursOf, type Allocation } from "./allocation.ts";
import type { History, HistorySeries, Labels } from "./history.ts";
import {
  averageOverTime,
  increaseBySteps,
  maximumInstantRate,
  maximumOverTime,
  rate,
  RESOLUTION_SECONDS,
  seenBetween,
  type Span,
} from "./promql.ts";

/** A pod that ran within the window, by OpenCost's five-minute steps. */
export interface Pod extends Span {
  readonly namespace: string;
  readonly name: string;
  /** By container name. */
  readonly containers: Map<string, Allocation>;
}

export type Pods = Map<string, Pod>;

/** The key of a pod: OpenCost knows pods by name, so a reused name is one pod. */
export function podKey(namespace: string | undefined, pod: string | undefined): string {
  return `${namespace ?? ""}/${pod ?? ""}`;
}

/**
 * The pods of a window with what their containers requested, used and were allocated.
 * Allocated is what OpenCost exposed as allocation, at least the request, for the time the pod was seen.
 */
export function computeContainers(history: History, window: Span, cluster: string): Pods {
  const pods = findPods(history, window);
  const read = reader(history, window, pods, cluster);
  const notPause = ({ container }: Labels): boolean => container !== "" && container !== "POD";
  const onNode = (labels: Labels): boolean => notPause(labels) && (labels["node"] ?? "") !== "";
  const requested =
    (resource: string, unit: string) =>
    (labels: Labels): boolean =>
      onNode(labels) && labels["resource"] === resource && labels["unit"] === unit;
  read("container_cpu_allocation", AVERAGE, onNode, (of, value) => {
    of.cpuCoreHours = value * hoursOf(of);
  });
  read("kube_pod_container_resource_requests", AVERAGE, requested("cpu", "core"), (of, value) => {
    of.cpuRequest = value;
    of.cpuCoreHours = Math.max(of.cpuCoreHours, value * hoursOf(of));
  });
  read("kube_pod_container_resource_limits", AVERAGE, requested("cpu", "core"), (of, value) => {
    of.cpuLimit = value;
  });
  read("container_cpu_usage_seconds_total", RATE, notPause, (of, value) => void (of.cpuUsage = value));
  read("container_cpu_usage_seconds_total", MAXIMUM_RATE, notPause, (of, value) => {
    if (of.peaks) of.peaks.cpu = value;
  });
  read("container_memory_allocation_bytes", AVERAGE, onNode, (of, value) => {
    of.ramByteHours = value * hoursOf(of);
  });
  read("kube_pod_container_resource_requests", AVERAGE, requested("memory", "byte"), (of, value) => {
    of.ramRequest = value;
    of.ramByteHours = Math.max(of.ramByteHours, value * hoursOf(of));
  });
  read("kube_pod_container_resource_limits", AVERAGE, requested("memory", "byte"), (of, value) => {
    of.ramLimit = value;
  });
  read("container_memory_working_set_bytes", AVERAGE, notPause, (of, value) => void (of.ramUsage = value));
  read("container_memory_working_set_bytes", MAXIMUM, notPause, (of, value) => {
    if (of.peaks) of.peaks.ram = value;
  });
  readGpus(read);
  readNetwork(history, window, pods);
  return pods;
}

/** A function over a series' time and what joins the series of a group: PromQL's `avg(avg_over_time(…)) by (…)`. */
interface Reading {
  readonly over: (series: HistorySeries, span: Span) => number | undefined;
  readonly join: (values: readonly number[]) => number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));
const AVERAGE: Reading = { over: averageOverTime, join: mean };
const MAXIMUM: Reading = { over: maximumOverTime, join: most };
const RATE: Reading = { over: rate, join: mean };
const MAXIMUM_RATE: Reading = { over: maximumInstantRate, join: most };

const GROUPED_BY = ["container", "pod", "namespace", "node", "instance", "uid"] as const;

type Read = (
  metric: string,
  reading: Reading,
  matches: (labels: Labels) => boolean,
  apply: (allocation: Allocation, value: number, labels: Labels) => void,
) => void;

function reader(history: History, window: Span, pods: Pods, cluster: string): Read {
  return (metric, { over, join }, matches, apply) => {
    const groups = new Map<string, { pod: Pod; labels: Labels; values: number[] }>();
    for (const series of history.series(metric)) {
      const { labels } = series;
      const pod = matches(labels) ? pods.get(podKey(labels["namespace"], labels["pod"])) : undefined;
      const value = pod && over(series, window);
      if (pod === undefined || value === undefined) continue;
      const key = GROUPED_BY.map((name) => labels[name] ?? "").join("/");
      const group = groups.get(key);
      if (group) group.values.push(value);
      else groups.set(key, { pod, labels, values: [value] });
    }
    // A pod name that was used twice has two groups. OpenCost keeps the last that Prometheus sends.
    for (const { pod, labels, values } of groups.values())
      apply(containerOf(pod, labels, cluster), join(values), labels);
  };
}

function containerOf(pod: Pod, labels: Labels, cluster: string): Allocation {
  const { container = "", node } = labels;
  const known = pod.containers.get(container);
  const of =
    known ??
    emptyAllocation(
      "container",
      { cluster, container, namespace: pod.namespace, pod: pod.name },
      pod.start,
      pod.end,
    );
  if (node) of.properties.node = node;
  if (!known) pod.containers.set(container, of);
  return of;
}

function readGpus(read: Read): void {
  const anyGpu = ({ container }: Labels): boolean => (container ?? "") !== "";
  read("container_gpu_allocation", AVERAGE, anyGpu, (of, value) => {
    of.gpuHours = value * hoursOf(of);
    of.gpuRequest = value;
  });
  read(
    "kube_pod_container_resource_requests",
    AVERAGE,
    ({ resource = "", unit }) => unit === "integer" && resource.startsWith("nvidia_com_gpu"),
    (of, _, { resource }) => void (of.gpuShared = resource !== "nvidia_com_gpu"),
  );
  read("DCGM_FI_PROF_GR_ENGINE_ACTIVE", AVERAGE, anyGpu, (of, value) => void (of.gpuUsage = value));
  read("DCGM_FI_PROF_GR_ENGINE_ACTIVE", MAXIMUM, anyGpu, (of, value) => {
    if (of.peaks) of.peaks.gpu = value;
  });
  read("DCGM_FI_DEV_DEC_UTIL", AVERAGE, anyGpu, (of, _, { device = "", modelName = "", UUID = "" }) => {
    of.gpuDevice = { device: device.replace(/\d+$/, ""), model: modelName, uuid: UUID };
  });
}

function readNetwork(history: History, window: Span, pods: Pods): void {
  const apply = (metric: string, field: "networkTransfer" | "networkReceive"): void => {
    for (const series of history.series(metric)) {
      const pod = pods.get(podKey(series.labels["namespace"], series.labels["pod"]));
      const bytes = pod && increaseBySteps(series, window);
      if (!pod || bytes === undefined) continue;
      for (const of of pod.containers.values()) of[field] += bytes / pod.containers.size;
    }
  };
  apply("container_network_transmit_bytes_total", "networkTransfer");
  apply("container_network_receive_bytes_total", "networkReceive");
}

function findPods(history: History, window: Span): Pods {
  const pods: Pods = new Map();
  for (const series of history.series("kube_pod_container_status_running")) {
    const { namespace = "", pod: name = "" } = series.labels;
    const seen = presence(series, window);
    if (!seen) continue;
    const known = pods.get(podKey(namespace, name));
    const start = Math.min(seen.start, known?.start ?? seen.start);
    const end = Math.max(seen.end, known?.end ?? seen.end);
    pods.set(podKey(namespace, name), { namespace, name, start, end, containers: new Map() });
  }
  return pods;
}

/** When a series was seen in the window. Seen at one step only, it gets half a step on each side of it. */
export function presence(series: HistorySeries, window: Span): Span | undefined {
  const seen = seenBetween(series, window);
  if (seen === undefined || seen.start < seen.end) return seen;
  return {
    start: Math.max(window.start, seen.start - RESOLUTION_SECONDS / 2),
    end: Math.min(window.end, seen.end + RESOLUTION_SECONDS / 2),
  };
}
