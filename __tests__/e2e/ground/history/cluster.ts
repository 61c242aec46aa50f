import { labelOf, type ExposedSample } from "./exposition.ts";

/** A running container of the recorded cluster, with what its usage is computed from. */
export interface RunningContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly node: string;
  /** Cores and bytes; 0 where nothing is requested or limited. */
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  readonly memoryRequest: number;
  readonly memoryLimit: number;
}

/** The running containers, as kube-state-metrics told of them. */
export function runningContainers(samples: readonly ExposedSample[]): RunningContainer[] {
  const nodes = new Map<string, string>();
  const requests = new Map<string, number>();
  const limits = new Map<string, number>();
  for (const { metric, labels, value } of samples) {
    if (metric === "kube_pod_info") nodes.set(labelOf(labels, "uid") ?? "", labelOf(labels, "node") ?? "");
    if (metric === "kube_pod_container_resource_requests") requests.set(resourceKey(labels), value);
    if (metric === "kube_pod_container_resource_limits") limits.set(resourceKey(labels), value);
  }
  return samples
    .filter(({ metric, value }) => metric === "kube_pod_container_status_running" && value === 1)
    .map(({ labels }) => {
      const [namespace, pod, uid, container] = ["namespace", "pod", "uid", "container"].map(
        (name) => labelOf(labels, name) ?? "",
      ) as [string, string, string, string];
      const of = (values: Map<string, number>, resource: string): number =>
        values.get(`${uid}/${container}/${resource}`) ?? 0;
      return {
        namespace,
        pod,
        uid,
        container,
        node: nodes.get(uid) ?? "",
        cpuRequest: of(requests, "cpu"),
        cpuLimit: of(limits, "cpu"),
        memoryRequest: of(requests, "memory"),
        memoryLimit: of(limits, "memory"),
      };
    });
}

function resourceKey(labels: string): string {
  return ["uid", "container", "resource"].map((name) => labelOf(labels, name)).join("/");
}
