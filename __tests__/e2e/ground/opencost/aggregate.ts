import { hoursOf, type Allocation, type Properties } from "./allocation.ts";
import type { ComputedWindow } from "./compute.ts";

const UNALLOCATED = "__unallocated__";
const AVERAGED = [
  "cpuRequest",
  "cpuLimit",
  "cpuUsage",
  "ramRequest",
  "ramLimit",
  "ramUsage",
  "gpuRequest",
] as const;
const SUMMED = [
  "cpuCoreHours",
  "cpuCost",
  "ramByteHours",
  "ramCost",
  "gpuHours",
  "gpuCost",
  "networkTransfer",
  "networkReceive",
  "loadBalancerCost",
] as const;

/**
 * The rows of an answer by name, sorted by it. `aggregate` is the request's comma-separated list; an empty one keeps
 * every container apart, a name that OpenCost does not know is left out, as OpenCost does.
 */
export function aggregateRows(
  { allocations, idle }: ComputedWindow,
  aggregate: string,
  includeIdle: boolean,
): ReadonlyMap<string, Allocation> {
  const parts =
    aggregate === "" ? ["cluster", "node", "namespace", "pod", "container"] : aggregate.split(",");
  const groups = new Map<string, Allocation[]>();
  for (const allocation of allocations) {
    const name = parts
      .map((part) => partOf(allocation.properties, part.trim()))
      .filter((part) => part !== undefined)
      .join("/");
    const group = groups.get(name);
    if (group) group.push(allocation);
    else groups.set(name, [allocation]);
  }
  const rows = [...groups].map(([name, group]): [string, Allocation] => [name, merge(group)]);
  if (includeIdle && idle) rows.push(["__idle__", idle]);
  return new Map(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function partOf(properties: Properties, part: string): string | undefined {
  const { controller, controllerKind, labels } = properties;
  switch (part) {
    case "cluster":
    case "node":
    case "namespace":
    case "pod":
    case "container":
    case "controllerKind":
      return properties[part] ?? UNALLOCATED;
    case "controller":
      if (controller === undefined) return UNALLOCATED;
      return controllerKind === undefined ? controller : `${controllerKind}:${controller}`;
    default:
      return part.startsWith("label:") ? (labels?.[part.slice("label:".length)] ?? UNALLOCATED) : undefined;
  }
}

function merge(group: readonly Allocation[]): Allocation {
  const [first, ...others] = group;
  if (!first) throw new Error("there is no row without allocations");
  if (others.length === 0) return first;
  const start = Math.min(...spread(group, "start"));
  const end = Math.max(...spread(group, "end"));
  const sum: Allocation = { ...first, start, end, properties: sharedProperties(group) };
  for (const field of SUMMED) sum[field] = total(group, (one) => one[field]);
  const hours = hoursOf(sum);
  for (const field of AVERAGED) sum[field] = total(group, (one) => one[field] * hoursOf(one)) / hours;
  const used = group.filter(({ gpuUsage }) => gpuUsage !== undefined);
  sum.gpuUsage =
    used.length === 0 ? undefined : total(used, (one) => (one.gpuUsage ?? 0) * hoursOf(one)) / hours;
  sum.gpuShared = undefined;
  sum.gpuDevice = undefined;
  sum.peaks = undefined;
  if (group.some(({ kind }) => kind === "container")) sum.kind = "container";
  sum.volumes = mergeShares(
    group.map(({ volumes }) => volumes),
    (a, b) => ({
      byteHours: a.byteHours + b.byteHours,
      cost: a.cost + b.cost,
      providerID: "",
    }),
  );
  sum.loadBalancers = mergeShares(
    group.map(({ loadBalancers }) => loadBalancers),
    (a, b) => ({
      service: a.service,
      cost: a.cost + b.cost,
      ip: "",
      hours: a.hours + b.hours,
    }),
  );
  return sum;
}

function spread(group: readonly Allocation[], field: "start" | "end"): number[] {
  return [...new Set(group.map((one) => one[field]))];
}

function total(group: readonly Allocation[], of: (one: Allocation) => number): number {
  return group.reduce((sum, one) => sum + of(one), 0);
}

/** What all have in common; without the labels and annotations of pods. */
function sharedProperties(group: readonly Allocation[]): Properties {
  const names = ["cluster", "node", "container", "controller", "controllerKind", "namespace", "pod"] as const;
  const [first] = group;
  const shared: Properties = { cluster: first?.properties.cluster ?? "" };
  for (const name of names) {
    const value = first?.properties[name];
    if (value !== undefined && group.every(({ properties }) => properties[name] === value))
      shared[name] = value;
  }
  const inNamespace =
    shared.namespace === undefined ? undefined : group.find(({ kind }) => kind === "container");
  if (inNamespace) {
    const { namespaceLabels, namespaceAnnotations } = inNamespace.properties;
    Object.assign(shared, { namespaceLabels, namespaceAnnotations });
  }
  return shared;
}

function mergeShares<Share>(
  all: readonly ReadonlyMap<string, Share>[],
  add: (a: Share, b: Share) => Share,
): Map<string, Share> {
  const merged = new Map<string, Share>();
  for (const shares of all) {
    for (const [name, share] of shares) {
      const known = merged.get(name);
      merged.set(name, known === undefined ? share : add(known, share));
    }
  }
  return merged;
}
