import {
  allPods,
  cgroupOf,
  containerId,
  firstPod,
  hash,
  hex,
  namespaceAt,
  nodeName,
  podAt,
  replicaSetName,
  workloadsOf,
  type Cluster,
  type Pod,
} from "./cluster.ts";

type Labels = Record<string, string>;
/** Labels of a series, without its name; and what an aggregation over the hour gives. */
export type Series = readonly [labels: Labels, value: string];

const KSM = { instance: "10.0.8.21:8080", job: "kube-state-metrics" };
const HOUR = "3600";

/** The series of a metric, in about the order in which a block of Prometheus has them: by label, the first one first. */
export function seriesOf(cluster: Cluster, metric: string): Iterable<Series> {
  const [, make] = METRICS.find(([pattern]) => pattern.test(metric)) ?? [];
  return make ? make(cluster, metric) : [];
}

type Make = (cluster: Cluster, metric: string) => Iterable<Series>;

const METRICS: readonly (readonly [RegExp, Make])[] = [
  [/^container_network_/, networks],
  [/^container_/, cadvisor],
  [/^kube_pod_container_resource_/, resources],
  [
    /^kube_pod_container_status_terminated_reason$/,
    (cluster) => states(cluster, 50, { reason: "OOMKilled" }),
  ],
  [/^kube_pod_container_/, (cluster) => states(cluster, 1, {})],
  [/^kube_pod_init_container_info$/, initContainers],
  [/^kube_pod_annotations$|^kube_pod_status_reason$|^kube_job_status_failed$/, () => []],
  [/^kube_pod_completion_time$/, (cluster) => pods(cluster, (pod) => (pod.isJob ? [{}] : []))],
  [
    /^kube_pod_spec_volumes/,
    (cluster) => pods(cluster, ({ claim }) => (claim ? [{ persistentvolumeclaim: claim }] : [])),
  ],
  [
    /^pod_pvc_allocation$/,
    (cluster) => pods(cluster, ({ claim }) => (claim ? [{ persistentvolume: `pvc-${hex(1, 1)}` }] : [])),
  ],
  [/^kube_pod_/, (cluster) => pods(cluster, (pod) => [podLabels(pod)])],
  [/^kube_replicaset_owner$/, replicaSets],
  [/^kube_(?:deployment|job|cronjob)_/, workloads],
  [/^kube_(?:node|namespace)_|^node_|^kubecost_node/, nodesOrNamespaces],
  [/^kube_persistentvolume|^kubelet_volume|^pv_|^kubecost_pv/, claims],
  [/^DCGM_/, gpus],
  [/^up$|^scrape_/, targets],
];

function* cadvisor(cluster: Cluster, metric: string): Generator<Series> {
  for (let at = 0; at < 2; at++) {
    for (const pod of allPods(cluster, "uids")) {
      const container = pod.containers[at];
      if (container === undefined) continue;
      const starts = pod.index % 100 === 3 ? 2 : 1;
      for (let start = 0; start < starts; start++) {
        yield [cadvisorLabels(pod, container, start, metric), valueOf(metric, pod.index, start)];
      }
    }
  }
}

function cadvisorLabels(pod: Pod, container: string, start: number, metric: string): Labels {
  return {
    container,
    ...(metric === "container_cpu_usage_seconds_total" ? { cpu: "total" } : {}),
    ...(metric.startsWith("container_fs_") ? { device: "/dev/nvme0n1" } : {}),
    id: cgroupOf(pod, container, start),
    image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${container}:1.42.${pod.index % 17}`,
    instance: pod.node,
    job: "kubelet",
    metrics_path: "/metrics/cadvisor",
    name: containerId(pod, container, start),
    namespace: pod.namespace,
    node: pod.node,
    pod: pod.name,
  };
}

function* networks(cluster: Cluster, metric: string): Generator<Series> {
  for (const pod of allPods(cluster, "uids")) {
    const labels = { id: cgroupOf(pod), interface: "eth0", namespace: pod.namespace, pod: pod.name };
    yield [labels, valueOf(metric, pod.index, 0)];
  }
}

function* resources(cluster: Cluster, metric: string): Generator<Series> {
  for (const [pod, container] of containersOf(cluster)) {
    const own = { ...KSM, container, namespace: pod.namespace, node: pod.node, pod: pod.name, uid: pod.uid };
    yield [{ ...own, resource: "cpu", unit: "core" }, "0.25"];
    yield [{ ...own, resource: "memory", unit: "byte" }, valueOf(metric, pod.index % 50, 0)];
  }
}

function* states(cluster: Cluster, every: number, more: Labels): Generator<Series> {
  for (const [pod, container] of containersOf(cluster)) {
    if (pod.index % every !== 0) continue;
    yield [{ ...KSM, container, namespace: pod.namespace, pod: pod.name, uid: pod.uid, ...more }, HOUR];
  }
}

function* initContainers(cluster: Cluster): Generator<Series> {
  for (const { index, namespace, name, uid } of allPods(cluster)) {
    if (index % 10 === 0) yield [{ ...KSM, container: "init-schema", namespace, pod: name, uid }, "1"];
  }
}

function* containersOf(cluster: Cluster): Generator<readonly [Pod, string]> {
  for (let at = 0; at < 2; at++) {
    for (const pod of allPods(cluster)) {
      const container = pod.containers[at];
      if (container !== undefined) yield [pod, container];
    }
  }
}

function* pods(cluster: Cluster, more: (pod: Pod) => readonly Labels[]): Generator<Series> {
  for (const pod of allPods(cluster)) {
    for (const labels of more(pod)) {
      yield [{ ...KSM, namespace: pod.namespace, pod: pod.name, uid: pod.uid, ...labels }, HOUR];
    }
  }
}

/** Everything that some query about pods asks for; what is not asked for is not answered. */
function podLabels(pod: Pod): Labels {
  return {
    node: pod.node,
    host_network: "false",
    owner_kind: pod.isJob ? "Job" : "ReplicaSet",
    owner_name: pod.owner,
    phase: pod.isJob ? "Succeeded" : "Running",
    qos_class: "Burstable",
    label_app_kubernetes_io_name: pod.workload,
    label_app_kubernetes_io_instance: `${pod.workload}-production`,
    label_app_kubernetes_io_managed_by: "Helm",
    label_app_kubernetes_io_version: `1.42.${hash(pod.index - (pod.index % 5), 2) % 17}`,
    label_cost_center: `cc-${hash(pod.index - (pod.index % 5), 3) % 90}`,
    label_pod_template_hash: pod.owner.slice(-10),
    label_team: pod.namespace,
  };
}

function* replicaSets(cluster: Cluster): Generator<Series> {
  for (let at = 0; at < workloadsOf(cluster); at++) {
    const { namespace, workload, isJob } = firstPod(cluster, at);
    if (isJob) continue;
    for (let revision = 0; revision < 3; revision++) {
      const replicaset = replicaSetName(workload, at, revision);
      yield [{ ...KSM, namespace, replicaset, owner_kind: "Deployment", owner_name: workload }, "1"];
    }
  }
}

function* workloads(cluster: Cluster, metric: string): Generator<Series> {
  for (let at = 0; at < workloadsOf(cluster); at++) {
    const { namespace, workload, isJob, owner } = firstPod(cluster, at);
    if (metric.startsWith("kube_deployment_") && !isJob) yield [{ namespace, deployment: workload }, "5"];
    if (metric.startsWith("kube_cronjob_") && isJob)
      yield [{ namespace, cronjob: workload, schedule: "*/10 * * * *" }, "1"];
    if (metric.startsWith("kube_job_") && isJob) {
      yield [{ namespace, job_name: owner, owner_kind: "CronJob", owner_name: workload }, "1"];
    }
  }
}

function* nodesOrNamespaces(cluster: Cluster, metric: string): Generator<Series> {
  if (metric.startsWith("kube_namespace_")) {
    if (metric.endsWith("_annotations")) return;
    for (let at = 0; at < cluster.namespaces; at++) {
      yield [{ ...KSM, namespace: namespaceAt(at), phase: "Active", label_team: `team-${at % 90}` }, HOUR];
    }
    return;
  }
  const resources = /_capacity$|_allocatable$/.test(metric) ? ["cpu", "memory", "pods"] : [""];
  for (let at = 0; at < cluster.nodes; at++) {
    for (const resource of resources) yield [nodeLabels(at, resource), PRICES[metric] ?? HOUR];
  }
}

const PRICES: Readonly<Record<string, string>> = {
  node_cpu_hourly_cost: "0.04",
  node_ram_hourly_cost: "0.005",
  node_gpu_hourly_cost: "0.95",
  node_total_hourly_cost: "0.96",
};

function nodeLabels(at: number, resource: string): Labels {
  return {
    node: nodeName(at),
    ...(resource === "" ? {} : { resource }),
    condition: "Ready",
    status: "true",
    instance_type: "m6i.4xlarge",
    region: "eu-west-1",
    provider_id: `aws:///eu-west-1a/i-${hex(at, 3).slice(0, 17)}`,
    kernel_version: "6.1.134-152.225.amzn2023.x86_64",
    os_image: "Amazon Linux 2023.7.20250414",
    container_runtime_version: "containerd://1.7.27",
    kubelet_version: "v1.32.3-eks-473151a",
    label_node_kubernetes_io_instance_type: "m6i.4xlarge",
    label_topology_kubernetes_io_zone: "eu-west-1a",
  };
}

function* claims(cluster: Cluster): Generator<Series> {
  for (const { index, namespace, claim } of allPods(cluster)) {
    if (claim === undefined) continue;
    const volume = `pvc-${hex(index, 9)}`;
    yield [
      {
        namespace,
        persistentvolumeclaim: claim,
        persistentvolume: volume,
        volumename: volume,
        storageclass: "gp3",
        phase: "Bound",
        claim_namespace: namespace,
        name: claim,
        csi_driver: "ebs.csi.aws.com",
        csi_volume_handle: `vol-${hex(index, 8).slice(0, 17)}`,
      },
      HOUR,
    ];
  }
}

function* gpus(cluster: Cluster, metric: string): Generator<Series> {
  for (let at = 0; at < cluster.gpus; at++) {
    const { namespace, name, containers } = podAt(cluster, (at * 31) % cluster.pods);
    const device = {
      gpu: String(at % 8),
      UUID: `GPU-${hex(at, 60)}`,
      device: `nvidia${at % 8}`,
      modelName: "NVIDIA A10G",
      DCGM_FI_DRIVER_VERSION: "550.163.01",
    };
    yield [
      {
        ...device,
        Hostname: nodeName(at >> 3),
        job: "dcgm-exporter",
        exported_namespace: namespace,
        exported_pod: name,
        exported_container: containers[0] ?? "",
      },
      valueOf(metric, at, 0),
    ];
  }
}

function* targets(cluster: Cluster): Generator<Series> {
  for (const job of ["kubelet", "node-exporter"]) {
    for (let at = 0; at < cluster.nodes; at++) yield [{ job, instance: `${nodeName(at)}:9100` }, "60"];
  }
}

/** Numbers with as many digits as averages of bytes and of seconds have. */
function valueOf(metric: string, index: number, start: number): string {
  const bits = hash(index, metric.length + start);
  if (/_quota$|_period$/.test(metric)) return "100000";
  if (/seconds/.test(metric)) return (bits / 1e6).toFixed(9);
  return (bits / 7).toFixed(4);
}
