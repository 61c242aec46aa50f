/** A made-up cluster in which everything follows from a number, so that nothing of it has to be kept. */
export interface Cluster {
  readonly pods: number;
  readonly nodes: number;
  readonly namespaces: number;
  readonly gpus: number;
}

/** One pod, worked out anew whenever it is asked for. */
export interface Pod {
  readonly index: number;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly workload: string;
  /** Of its ReplicaSet or Job. */
  readonly owner: string;
  readonly isJob: boolean;
  readonly containers: readonly string[];
  readonly claim: string | undefined;
}

const PODS_PER_NODE = 30;
const PODS_PER_WORKLOAD = 5;
const PODS_PER_NAMESPACE = 180;
/** One namespace has a tenth of all pods, as real clusters have their large one. */
const LARGEST_SHARE = 0.1;

/** Every fourth pod has a sidecar, so that there are five containers to four pods. */
export function clusterOf(containers: number): Cluster {
  const pods = Math.ceil(containers * 0.8);
  return {
    pods,
    nodes: Math.ceil(pods / PODS_PER_NODE),
    namespaces: 1 + Math.ceil((pods * (1 - LARGEST_SHARE)) / PODS_PER_NAMESPACE),
    gpus: Math.max(8, Math.ceil(containers / 50)),
  };
}

/** Pod `index`; the order of the numbers is that of namespaces and names. */
export function podAt(cluster: Cluster, index: number): Pod {
  const workloadIndex = Math.floor(index / PODS_PER_WORKLOAD);
  const workload = `${APPS[workloadIndex % APPS.length]}-${String(workloadIndex).padStart(5, "0")}`;
  const isJob = workloadIndex % 20 === 7;
  const owner = isJob ? `${workload}-${29_000_000 + index}` : replicaSetName(workload, workloadIndex, 0);
  const suffix = hex(index, 1).slice(0, 5);
  const main = `${APPS[workloadIndex % APPS.length]}`;
  const namespace = namespaceOf(cluster, index);
  const name = `${owner}-${suffix}`;
  return {
    index,
    namespace,
    name,
    uid: uidOf(index),
    node: nodeName(Math.floor(hash(index, 5) % cluster.nodes)),
    workload,
    owner,
    isJob,
    containers: index % 4 === 0 ? [main, "istio-proxy"] : [main],
    claim: index % 10 === 3 ? `data-${name}` : undefined,
  };
}

/** All pods, in the order of names or as one that is sorted by UID has them. */
export function* allPods(cluster: Cluster, order: "names" | "uids" = "names"): Generator<Pod> {
  const step = strideOf(cluster.pods);
  for (let at = 0; at < cluster.pods; at++) {
    yield podAt(cluster, order === "names" ? at : (at * step + 13) % cluster.pods);
  }
}

export function workloadsOf(cluster: Cluster): number {
  return Math.ceil(cluster.pods / PODS_PER_WORKLOAD);
}

/** The first pod of a workload. */
export function firstPod(cluster: Cluster, workloadIndex: number): Pod {
  return podAt(cluster, workloadIndex * PODS_PER_WORKLOAD);
}

/** Name of a ReplicaSet, of which a Deployment keeps a few old ones. */
export function replicaSetName(workload: string, workloadIndex: number, revision: number): string {
  return `${workload}-${hex(workloadIndex, 10 + revision).slice(0, 10)}`;
}

export function namespaceAt(index: number): string {
  return `team-${String(index).padStart(4, "0")}-${APPS[index % APPS.length]}`;
}

export function nodeName(index: number): string {
  return `ip-10-${index >> 16}-${(index >> 8) & 255}-${index & 255}.eu-west-1.compute.internal`;
}

/** The cgroup of a pod, or of a container of it. */
export function cgroupOf(pod: Pod, container?: string, start = 0): string {
  const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod.uid.replaceAll("-", "_")}.slice`;
  return container === undefined
    ? slice
    : `${slice}/cri-containerd-${containerId(pod, container, start)}.scope`;
}

export function containerId(pod: Pod, container: string, start: number): string {
  const salt = 20 + pod.containers.indexOf(container) * 4 + start;
  return hex(pod.index, salt) + hex(pod.index, salt + 40);
}

function namespaceOf(cluster: Cluster, index: number): string {
  const largest = Math.floor(cluster.pods * LARGEST_SHARE);
  return index < largest
    ? namespaceAt(0)
    : namespaceAt(1 + Math.floor((index - largest) / PODS_PER_NAMESPACE));
}

function uidOf(index: number): string {
  const text = hex(index, 7);
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    `4${text.slice(13, 16)}`,
    `a${text.slice(17, 20)}`,
    text.slice(20),
  ].join("-");
}

const APPS = [
  "checkout",
  "billing-api",
  "search",
  "ingest-worker",
  "frontend",
  "auth",
  "recommendations",
  "ledger",
  "notifier",
  "etl",
];

/** 32 hexadecimal digits. */
export function hex(index: number, salt: number): string {
  let text = "";
  for (let part = 0; part < 4; part++)
    text += hash(index, salt * 4 + part)
      .toString(16)
      .padStart(8, "0");
  return text;
}

/** 32 bits that follow from two numbers. */
export function hash(index: number, salt: number): number {
  let mixed = Math.imul(index + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** A step that visits all pods, in an order that has nothing to do with their names. */
function strideOf(pods: number): number {
  let step = 7919;
  while (gcd(step, pods) !== 1) step++;
  return step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
