import { allPods, hex, type Cluster, type Pod } from "./cluster.ts";

const CORE_PRICE = 0.04;
const GIB_PRICE = 0.005;
const GIB = 2 ** 30;

/** OpenCost's answer to `allocation/compute` for an hour, as text in pieces of one row of about 3 kB each, by name. */
export function* allocationsOf(cluster: Cluster, hour: number): Generator<string> {
  const window = { start: iso(hour), end: iso(hour + 3600) };
  yield `{"code":200,"data":[{`;
  yield `"__idle__":${JSON.stringify({ ...emptyRow("__idle__", window), properties: { cluster: "bench" }, cpuCost: 29.35252, totalCost: 29.35252 })}`;
  for (const pod of allPods(cluster)) {
    for (const container of pod.containers) {
      const kind = pod.isJob ? "job" : "deployment";
      const name = `bench/${pod.namespace}/${kind}/${kind}:${pod.workload}/${pod.name}/${container}`;
      yield `,${JSON.stringify(name)}:${JSON.stringify(row(name, pod, container, kind, window))}`;
    }
  }
  yield "}]}";
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

interface Window {
  readonly start: string;
  readonly end: string;
}

function row(name: string, pod: Pod, container: string, controllerKind: string, window: Window): object {
  const cores = 0.25 + (pod.index % 40) / 100;
  const bytes = (0.5 + (pod.index % 32) / 64) * GIB;
  const cpuCost = round5(cores * CORE_PRICE);
  const ramCost = round5((bytes / GIB) * GIB_PRICE);
  const volume =
    pod.claim === undefined
      ? null
      : {
          [`cluster=bench:name=pvc-${hex(pod.index, 9)}`]: {
            byteHours: 20 * GIB,
            cost: 0.0021917808,
            providerID: `vol-${hex(pod.index, 8).slice(0, 17)}`,
            adjustment: 0,
          },
        };
  const pvCost = volume === null ? 0 : 0.00219;
  return {
    ...emptyRow(name, window),
    properties: properties(pod, container, controllerKind),
    cpuCores: cores,
    cpuCoreRequestAverage: 0.25,
    cpuCoreUsageAverage: round5(cores * 0.83),
    cpuCoreHours: cores,
    cpuCost,
    cpuEfficiency: 0.83,
    networkTransferBytes: 1234567.12345,
    networkReceiveBytes: 7654321.54321,
    pvBytes: volume === null ? 0 : 20 * GIB,
    pvByteHours: volume === null ? 0 : 20 * GIB,
    pvCost,
    pvs: volume,
    ramBytes: bytes,
    ramByteRequestAverage: bytes,
    ramByteUsageAverage: round5(bytes * 0.71),
    ramByteHours: bytes,
    ramCost,
    ramEfficiency: 0.71,
    totalCost: round5(cpuCost + ramCost + pvCost),
    totalEfficiency: 0.8,
    rawAllocationOnly: { cpuCoreUsageMax: cores, ramByteUsageMax: bytes, gpuUsageMax: null },
  };
}

/** Pod, namespace and node labels in one, some thirty of them: most of an allocation's bytes. */
function properties(pod: Pod, container: string, controllerKind: string): object {
  const node: Record<string, string> = {};
  for (const key of NODE_LABELS) node[key] = "m6i.4xlarge-or-alike";
  return {
    cluster: "bench",
    node: pod.node,
    container,
    controller: pod.workload,
    controllerKind,
    namespace: pod.namespace,
    pod: pod.name,
    providerID: `i-${hex(pod.index % 997, 3).slice(0, 17)}`,
    labels: {
      app_kubernetes_io_name: pod.workload,
      app_kubernetes_io_instance: `${pod.workload}-production`,
      app_kubernetes_io_managed_by: "Helm",
      app_kubernetes_io_version: `1.42.${pod.index % 17}`,
      kubernetes_io_hostname: pod.node,
      kubernetes_io_metadata_name: pod.namespace,
      pod_template_hash: pod.owner.slice(-10),
      ...node,
    },
    namespaceLabels: { kubernetes_io_metadata_name: pod.namespace, team: pod.namespace },
  };
}

const NODE_LABELS = Array.from({ length: 23 }, (_, at) => `karpenter_k8s_aws_instance_property_${at}`);

function emptyRow(name: string, window: Window): Record<string, unknown> {
  const zeros = Object.fromEntries(ZEROS.map((field) => [field, 0]));
  return {
    name,
    properties: {},
    window,
    ...window,
    minutes: 60,
    ...zeros,
    pvs: null,
    lbAllocations: null,
    gpuAllocation: null,
  };
}

const ZEROS = [
  ...[
    "cpuCores",
    "cpuCoreRequestAverage",
    "cpuCoreLimitAverage",
    "cpuCoreUsageAverage",
    "cpuCoreHours",
    "cpuCost",
  ],
  ...[
    "cpuCostAdjustment",
    "cpuCostIdle",
    "cpuEfficiency",
    "gpuCount",
    "gpuHours",
    "gpuCost",
    "gpuCostAdjustment",
  ],
  ...["gpuCostIdle", "gpuEfficiency", "networkTransferBytes", "networkReceiveBytes", "networkCost"],
  ...["networkCrossZoneCost", "networkCrossRegionCost", "networkInternetCost", "networkCostAdjustment"],
  ...[
    "loadBalancerCost",
    "loadBalancerCostAdjustment",
    "pvBytes",
    "pvByteHours",
    "pvCost",
    "pvCostAdjustment",
  ],
  ...[
    "ramBytes",
    "ramByteRequestAverage",
    "ramByteLimitAverage",
    "ramByteUsageAverage",
    "ramByteHours",
    "ramCost",
  ],
  ...[
    "ramCostAdjustment",
    "ramCostIdle",
    "ramEfficiency",
    "externalCost",
    "sharedCost",
    "totalCost",
    "totalEfficiency",
  ],
];

function round5(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
