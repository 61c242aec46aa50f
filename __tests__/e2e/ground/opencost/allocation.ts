import type { Labels } from "./history.ts";

/** What an allocation belongs to. A field is missing where OpenCost does not know it. */
export interface Properties {
  cluster: string;
  node?: string;
  container?: string;
  controller?: string;
  controllerKind?: string;
  namespace?: string;
  pod?: string;
  services?: readonly string[];
  providerID?: string;
  labels?: Labels;
  annotations?: Labels;
  namespaceLabels?: Labels;
  namespaceAnnotations?: Labels;
}

/** A claim's share of a volume. */
export interface VolumeShare {
  byteHours: number;
  cost: number;
  providerID: string;
}

/** A service's share of a load balancer. */
export interface LoadBalancerShare {
  readonly service: string;
  cost: number;
  readonly ip: string;
  hours: number;
}

/** The GPU of a container. */
export interface GpuDevice {
  readonly device: string;
  readonly model: string;
  readonly uuid: string;
}

/** What a container was given and used; averages are over the time between `start` and `end`. Hours, bytes, cores. */
export interface Allocation {
  properties: Properties;
  /** Epoch seconds. */
  start: number;
  end: number;
  cpuCoreHours: number;
  cpuRequest: number;
  cpuLimit: number;
  cpuUsage: number;
  cpuCost: number;
  ramByteHours: number;
  ramRequest: number;
  ramLimit: number;
  ramUsage: number;
  ramCost: number;
  gpuHours: number;
  gpuRequest: number;
  gpuUsage: number | undefined;
  gpuShared: boolean | undefined;
  gpuCost: number;
  gpuDevice: GpuDevice | undefined;
  networkTransfer: number;
  networkReceive: number;
  /** By volume name. */
  volumes: Map<string, VolumeShare>;
  /** By `namespace/service`. */
  loadBalancers: Map<string, LoadBalancerShare>;
  loadBalancerCost: number;
  /** Peaks, known of single containers only. */
  peaks: { cpu: number; ram: number; gpu: number | undefined } | undefined;
  kind: "container" | "unmounted" | "idle";
}

/** An allocation of nothing. */
export function emptyAllocation(
  kind: Allocation["kind"],
  properties: Properties,
  start: number,
  end: number,
): Allocation {
  return {
    kind,
    properties,
    start,
    end,
    cpuCoreHours: 0,
    cpuRequest: 0,
    cpuLimit: 0,
    cpuUsage: 0,
    cpuCost: 0,
    ramByteHours: 0,
    ramRequest: 0,
    ramLimit: 0,
    ramUsage: 0,
    ramCost: 0,
    gpuHours: 0,
    gpuRequest: 0,
    gpuUsage: undefined,
    gpuShared: undefined,
    gpuCost: 0,
    gpuDevice: undefined,
    networkTransfer: 0,
    networkReceive: 0,
    volumes: new Map(),
    loadBalancers: new Map(),
    loadBalancerCost: 0,
    peaks: kind === "container" ? { cpu: 0, ram: 0, gpu: undefined } : undefined,
  };
}

/** Hours between the allocation's start and end. */
export function hoursOf({ start, end }: Pick<Allocation, "start" | "end">): number {
  return (end - start) / 3600;
}

/** The sum of the shares of volumes, in dollars. */
export function volumeCostOf({ volumes }: Allocation): number {
  return [...volumes.values()].reduce((sum, { cost }) => sum + cost, 0);
}
