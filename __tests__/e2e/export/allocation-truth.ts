import type { FileRow } from "../readers/read-rows.ts";
import type { TrueRow } from "./differences.ts";

/** An allocation as OpenCost answered it. */
export type Answered = Readonly<Record<string, unknown>>;

/** What Prometheus says about the same hour. */
export interface HourFacts {
  /** UIDs that a pod's name had, by `namespace/pod`. */
  readonly uids: ReadonlyMap<string, ReadonlySet<string>>;
  /** Dollars an hour of a core, a GiB and a GPU, by node. */
  readonly prices: Readonly<Record<"cpu" | "ram" | "gpu", ReadonlyMap<string, number>>>;
}

/** What every row of an export has. */
export interface ExportFacts {
  /** Epoch seconds. */
  readonly hour: number;
  readonly clusterArn: string;
}

// Columns that are a field of the answer, by the field's name: "cpuCost" is the column "cpu_cost".
const FIGURES =
  "minutes cpuCores cpuCoreRequestAverage cpuCoreLimitAverage cpuCoreUsageAverage cpuCoreHours cpuCost cpuCostAdjustment cpuCostIdle cpuEfficiency gpuCount gpuHours gpuCost gpuCostAdjustment gpuCostIdle gpuEfficiency ramBytes ramByteRequestAverage ramByteLimitAverage ramByteUsageAverage ramByteHours ramCost ramCostAdjustment ramCostIdle ramEfficiency networkTransferBytes networkReceiveBytes networkCost networkCrossZoneCost networkCrossRegionCost networkInternetCost networkCostAdjustment loadBalancerCost loadBalancerCostAdjustment pvBytes pvByteHours pvCost pvCostAdjustment externalCost sharedCost totalCost totalEfficiency".split(
    " ",
  );
const PROPERTIES = ["namespace", "controllerKind", "controller", "pod", "container", "node"];
const PROPERTY_TEXTS = ["labels", "namespaceLabels", "services"];
const GIB = 1024 ** 3;
/** OpenCost writes five decimals. */
const HALF_DIGIT = 0.5e-5;

/** The rows of an hour's file by {@link allocationKey}: every column of the dataset, from OpenCost's answer. */
export function allocationTruth(
  answer: Readonly<Record<string, Answered>>,
  facts: ExportFacts,
  told: HourFacts,
): Map<string, TrueRow> {
  const rows = Object.values(answer).map((answered) => trueRow(answered, facts, told));
  return new Map(rows.map((row) => [allocationKey(row as FileRow), row]));
}

/** What tells a row of the dataset from the others of its hour. */
export function allocationKey(row: FileRow): string {
  return ["row_kind", "namespace", "controller_kind", "controller", "pod", "container"]
    .map((column) => row[column] ?? "")
    .join("/");
}

function trueRow(answered: Answered, { hour, clusterArn }: ExportFacts, told: HourFacts): TrueRow {
  const properties = membersOf(answered["properties"]);
  const peaks = membersOf(answered["rawAllocationOnly"]);
  const gpu = membersOf(answered["gpuAllocation"]);
  const kind = kindOf(String(answered["name"]), properties);
  return {
    hour_start: hour * 1000,
    cluster_arn: clusterArn,
    row_kind: kind,
    currency: "USD",
    price_source: "opencost",
    pod_uid: kind === "workload" ? uidOf(properties, told) : null,
    provider_id: cell(properties["providerID"]),
    started_at: Date.parse(String(answered["start"])),
    ended_at: Date.parse(String(answered["end"])),
    ...Object.fromEntries(FIGURES.map((field) => [columnOf(field), cell(answered[field])])),
    ...Object.fromEntries(PROPERTIES.map((field) => [columnOf(field), cell(properties[field])])),
    ...Object.fromEntries(PROPERTY_TEXTS.map((field) => [columnOf(field), json(properties[field])])),
    // None is exported that is not asked for.
    annotations: null,
    namespace_annotations: null,
    cpu_core_usage_max: cell(peaks["cpuCoreUsageMax"]),
    ram_byte_usage_max: cell(peaks["ramByteUsageMax"]),
    gpu_usage_max: cell(peaks["gpuUsageMax"]),
    gpu_device: cell(gpu["gpuDevice"]),
    gpu_model: cell(gpu["gpuModel"]),
    gpu_uuid: cell(gpu["gpuUUID"]),
    gpu_is_shared: cell(gpu["isGPUShared"]),
    gpu_usage_average: cell(gpu["gpuUsageAverage"]),
    gpu_request_average: cell(gpu["gpuRequestAverage"]),
    load_balancers: json(answered["lbAllocations"]),
    persistent_volumes: json(answered["pvs"]),
    ...preciseCosts(answered, String(properties["node"]), told),
  };
}

/** The costs without OpenCost's rounding: hours by price, or what the nested parts, which it does not round, add up to. */
function preciseCosts(answered: Answered, node: string, { prices }: HourFacts): TrueRow {
  const number = (field: string): number => Number(answered[field]);
  const byPrice = (cost: string, hours: number, price: number | undefined): number =>
    price === undefined ? number(cost) : hours * price;
  const parts = (field: string): number =>
    Object.values(membersOf(answered[field])).reduce<number>(
      (sum, part) => sum + Number(membersOf(part)["cost"]),
      0,
    );
  const repaired = {
    cpu: ["cpuCost", byPrice("cpuCost", number("cpuCoreHours"), prices.cpu.get(node))],
    ram: ["ramCost", byPrice("ramCost", number("ramByteHours") / GIB, prices.ram.get(node))],
    gpu: ["gpuCost", byPrice("gpuCost", number("gpuHours"), prices.gpu.get(node))],
    pv: ["pvCost", parts("pvs")],
    load_balancer: ["loadBalancerCost", parts("lbAllocations")],
  } as const;
  const costs = Object.entries(repaired).map(([of, [field, precise]]) => {
    // What was given up on stays as it was answered. The volumes of the cluster's unmounted row cost what they say.
    const agrees = Math.abs(precise - number(field)) <= 2 * HALF_DIGIT;
    return [`${of}_cost_precise`, agrees ? precise : number(field)] as const;
  });
  const others = ["networkCost", "externalCost", "sharedCost"].reduce((sum, field) => sum + number(field), 0);
  const total = costs.reduce((sum, [, cost]) => sum + cost, others);
  return { ...Object.fromEntries(costs), total_cost_precise: { value: total, within: 1e-12 } };
}

function kindOf(name: string, properties: Readonly<Record<string, unknown>>): string {
  if (name === "__idle__") return "idle";
  if (properties["container"] === "__unmounted__") return "unmounted";
  return "workload";
}

function uidOf(properties: Readonly<Record<string, unknown>>, { uids }: HourFacts): string | null {
  const known = uids.get(`${String(properties["namespace"])}/${String(properties["pod"])}`);
  return known?.size === 1 ? ([...known][0] ?? null) : null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** OpenCost has three ways to say nothing: no field, null and an empty text. */
function cell(value: unknown): string | number | boolean | null {
  return value === undefined || value === "" ? null : (value as string | number | boolean | null);
}

function json(value: unknown): string | null {
  const empty = value === undefined || value === null || Object.keys(value).length === 0;
  return empty ? null : JSON.stringify(value, (_, member: unknown) => sortedMembers(member));
}

function sortedMembers(member: unknown): unknown {
  if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
}
