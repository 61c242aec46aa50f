import { fieldAt, type Allocation } from "./allocation-fields.ts";
import { preciseByParts, preciseByPrice, type PreciseCost } from "./precise-cost.ts";

/** Hourly prices of each node, by node name: of a core, a GiB and a GPU. */
export interface NodePrices {
  readonly cpu: ReadonlyMap<string, number>;
  readonly ram: ReadonlyMap<string, number>;
  readonly gpu: ReadonlyMap<string, number>;
}

/** An allocation's costs without OpenCost's rounding. */
export interface PreciseCosts {
  readonly cpu: PreciseCost;
  readonly gpu: PreciseCost;
  readonly ram: PreciseCost;
  readonly loadBalancer: PreciseCost;
  readonly pv: PreciseCost;
  /** Sum of the five, the adjustments, and network, external and shared cost. */
  readonly total: number | null;
}

const BYTES_PER_GIB = 2 ** 30;

/** Parts of the total that are taken as answered. */
const OTHER_PARTS = [
  "cpuCostAdjustment",
  "gpuCostAdjustment",
  "ramCostAdjustment",
  "pvCostAdjustment",
  "loadBalancerCostAdjustment",
  "networkCost",
  "networkCostAdjustment",
  "externalCost",
  "sharedCost",
];

/** Repairs what can be repaired of one allocation's costs; the rules are in the dictionary's `*_precise` columns. */
export function preciseCosts(allocation: Allocation, prices: NodePrices): PreciseCosts {
  const node = fieldAt(allocation, ["properties", "node"]);
  const price = (of: ReadonlyMap<string, number>): number | undefined =>
    typeof node === "string" ? of.get(node) : undefined;
  const byteHours = figure(allocation, "ramByteHours");
  const costs = {
    cpu: preciseByPrice(figure(allocation, "cpuCost"), figure(allocation, "cpuCoreHours"), price(prices.cpu)),
    gpu: preciseByPrice(figure(allocation, "gpuCost"), figure(allocation, "gpuHours"), price(prices.gpu)),
    ram: preciseByPrice(
      figure(allocation, "ramCost"),
      byteHours === null ? null : byteHours / BYTES_PER_GIB,
      price(prices.ram),
    ),
    loadBalancer: preciseByParts(
      figure(allocation, "loadBalancerCost"),
      partCosts(allocation["lbAllocations"]),
    ),
    pv: preciseByParts(figure(allocation, "pvCost"), partCosts(allocation["pvs"])),
  };
  return { ...costs, total: totalOf(allocation, Object.values(costs)) };
}

function totalOf(allocation: Allocation, repaired: readonly PreciseCost[]): number | null {
  if (figure(allocation, "totalCost") === null) return null;
  const others = OTHER_PARTS.map((field) => figure(allocation, field));
  return [...repaired.map((part) => part.cost), ...others].reduce<number>(
    (sum, part) => sum + (part ?? 0),
    0,
  );
}

function figure(allocation: Allocation, field: string): number | null {
  const value = allocation[field];
  return typeof value === "number" ? value : null;
}

/** `cost` of each member of `pvs` or `lbAllocations`, which are null when there are none. */
function partCosts(parts: unknown): number[] {
  if (typeof parts !== "object" || parts === null) return [];
  return Object.values(parts as Readonly<Record<string, { readonly cost?: unknown } | null>>).flatMap(
    (part) => (typeof part?.cost === "number" ? [part.cost] : []),
  );
}
