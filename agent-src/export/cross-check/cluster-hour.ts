/** What Prometheus knows of an hour of a cluster: what an allocation is recomputed from. */
export interface ClusterHour {
  /** By {@link podKey}. */
  readonly pods: ReadonlyMap<string, PodHour>;
  /** By {@link containerKey}. */
  readonly containers: ReadonlyMap<string, ContainerHour>;
  /** By name. */
  readonly nodes: ReadonlyMap<string, NodeHour>;
  readonly claims: readonly ClaimHour[];
}

/** A pod that ran in the hour. */
export interface PodHour {
  /** Hours between the first and the last instant at which a container of it was seen running. */
  readonly hours: number;
  /** undefined when kube-state-metrics does not tell. */
  readonly node: string | undefined;
}

/** What a container was allocated, averaged over the time in which it was there: cores, bytes and GPUs. */
export interface ContainerHour {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly requested: Readonly<Record<Resource, number>>;
  /** The larger of request and usage by cAdvisor; GPUs as OpenCost's exporter counts them. */
  readonly byCadvisor: Amounts;
  /** The larger of request and usage as OpenCost's exporter measured it. */
  readonly byExporter: Amounts;
}

/** Kinds of resources that a node sells. */
export type Resource = "cpu" | "memory" | "gpu";

/** Cores, bytes and GPUs; undefined where there is no series. */
export type Amounts = Readonly<Record<Resource, number | undefined>>;

/** What a node has, for how long, and what it costs: per core-hour, GiB-hour and GPU-hour. */
export interface NodeHour {
  readonly hours: number;
  readonly price: Readonly<Record<Resource, number>>;
  /** Cores, bytes and GPUs; undefined where kube-state-metrics does not tell. */
  readonly capacity: Readonly<Record<Resource, number | undefined>>;
}

/** A claim on a priced volume. */
export interface ClaimHour {
  readonly bytes: number;
  /** Of a GiB-hour. */
  readonly price: number;
  /** Keys of the pods that mount it. */
  readonly pods: readonly string[];
}

/** Key of a pod. Names hold no slash. OpenCost knows pods by name, so a name that was used twice is one pod. */
export function podKey(namespace: string, pod: string): string {
  return `${namespace}/${pod}`;
}

/** Key of a container. */
export function containerKey(namespace: string, pod: string, container: string): string {
  return `${namespace}/${pod}/${container}`;
}
