import { hoursOf, volumeCostOf, type Allocation, type Properties } from "./allocation.ts";
import type { Span } from "./promql.ts";

const PROPERTY_ORDER = [
  "cluster",
  "node",
  "container",
  "controller",
  "controllerKind",
  "namespace",
  "pod",
  "services",
  "providerID",
  "labels",
  "annotations",
  "namespaceLabels",
  "namespaceAnnotations",
] as const satisfies readonly (keyof Properties)[];

/** An allocation in OpenCost's wire format: its keys in their order, top-level numbers rounded to 5 decimals. */
export function wireRow(
  name: string,
  of: Allocation,
  window: Span,
  cluster: string,
): Record<string, unknown> {
  const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  return {
    name,
    properties: wireProperties(of.properties),
    window: { start: time(window.start), end: time(window.end) },
    start: time(of.start),
    end: time(of.end),
    ...roundAll(numbersBeforeVolumes(of)),
    pvs: wireVolumes(of, cluster),
    ...roundAll(numbersAfterVolumes(of)),
    ...(of.peaks ? { rawAllocationOnly: wirePeaks(of.peaks) } : {}),
    ...(of.kind === "idle" ? { proportionalAssetResourceCosts: {} } : {}),
    lbAllocations: wireLoadBalancers(of, cluster),
    ...(of.kind === "idle" ? { sharedCostBreakdown: {} } : {}),
    gpuAllocation: of.kind === "container" ? wireGpu(of) : null,
  };
}

function numbersBeforeVolumes(of: Allocation): Record<string, number> {
  const hours = hoursOf(of);
  const volumeByteHours = [...of.volumes.values()].reduce((sum, { byteHours }) => sum + byteHours, 0);
  return {
    minutes: hours * 60,
    cpuCores: of.cpuCoreHours / hours,
    cpuCoreRequestAverage: of.cpuRequest,
    cpuCoreLimitAverage: of.cpuLimit,
    cpuCoreUsageAverage: of.cpuUsage,
    cpuCoreHours: of.cpuCoreHours,
    cpuCost: of.cpuCost,
    cpuCostAdjustment: 0,
    cpuCostIdle: 0,
    cpuEfficiency: efficiency(of.cpuUsage, of.cpuRequest, of.cpuCost),
    gpuCount: of.gpuHours / hours,
    gpuHours: of.gpuHours,
    gpuCost: of.gpuCost,
    gpuCostAdjustment: 0,
    gpuCostIdle: 0,
    gpuEfficiency: efficiency(of.gpuUsage ?? 0, of.gpuRequest, of.gpuCost),
    networkTransferBytes: of.networkTransfer,
    networkReceiveBytes: of.networkReceive,
    networkCost: 0,
    networkCrossZoneCost: 0,
    networkCrossRegionCost: 0,
    networkInternetCost: 0,
    networkCostAdjustment: 0,
    loadBalancerCost: of.loadBalancerCost,
    loadBalancerCostAdjustment: 0,
    pvBytes: volumeByteHours / hours,
    pvByteHours: volumeByteHours,
    pvCost: volumeCostOf(of),
  };
}

function numbersAfterVolumes(of: Allocation): Record<string, number> {
  const ramEfficiency = efficiency(of.ramUsage, of.ramRequest, of.ramCost);
  const cpuEfficiency = efficiency(of.cpuUsage, of.cpuRequest, of.cpuCost);
  const computing = of.cpuCost + of.ramCost;
  const used = ramEfficiency * of.ramCost + cpuEfficiency * of.cpuCost;
  return {
    pvCostAdjustment: 0,
    ramBytes: of.ramByteHours / hoursOf(of),
    ramByteRequestAverage: of.ramRequest,
    ramByteLimitAverage: of.ramLimit,
    ramByteUsageAverage: of.ramUsage,
    ramByteHours: of.ramByteHours,
    ramCost: of.ramCost,
    ramCostAdjustment: 0,
    ramCostIdle: 0,
    ramEfficiency,
    externalCost: 0,
    sharedCost: 0,
    totalCost: computing + of.gpuCost + volumeCostOf(of) + of.loadBalancerCost,
    totalEfficiency: computing > 0 ? used / computing : 0,
  };
}

/** Used of requested; 1 when something was used, paid for and not requested. */
function efficiency(used: number, requested: number, cost: number): number {
  if (requested > 0) return used / requested;
  return used === 0 || cost === 0 ? 0 : 1;
}

function roundAll(numbers: Record<string, number>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [
      name,
      Number.isFinite(value) ? Math.round(value * 1e5) / 1e5 : null,
    ]),
  );
}

function wireProperties(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    PROPERTY_ORDER.flatMap((name) => {
      const value = properties[name];
      if (value === undefined) return [];
      const sorted = typeof value === "object" && !Array.isArray(value) ? sortKeys(value) : value;
      return [[name, sorted]];
    }),
  );
}

function sortKeys(labels: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wireVolumes({ volumes }: Allocation, cluster: string): Record<string, unknown> | null {
  if (volumes.size === 0) return null;
  const entries = [...volumes].map(([name, { byteHours, cost, providerID }]) => [
    `cluster=${cluster}:name=${name}`,
    { byteHours, cost, providerID, adjustment: 0 },
  ]);
  return sortKeys(Object.fromEntries(entries) as object);
}

function wireLoadBalancers({ loadBalancers }: Allocation, cluster: string): Record<string, unknown> | null {
  if (loadBalancers.size === 0) return null;
  const entries = [...loadBalancers.values()].map(({ service, cost, ip, hours }) => [
    `${cluster}/${service}`,
    { service, cost, private: false, ip, hours, adjustment: 0 },
  ]);
  return sortKeys(Object.fromEntries(entries) as object);
}

function wirePeaks({ cpu, ram, gpu }: NonNullable<Allocation["peaks"]>): Record<string, unknown> {
  return { cpuCoreUsageMax: cpu, ramByteUsageMax: ram, gpuUsageMax: gpu ?? null };
}

function wireGpu({ gpuDevice, gpuShared, gpuUsage, gpuRequest }: Allocation): Record<string, unknown> {
  return {
    ...(gpuDevice && { gpuDevice: gpuDevice.device, gpuModel: gpuDevice.model, gpuUUID: gpuDevice.uuid }),
    isGPUShared: gpuShared ?? null,
    gpuUsageAverage: gpuUsage ?? null,
    gpuRequestAverage: gpuRequest,
  };
}
