import { allocation as dataset } from "../../contract/datasets/allocation.ts";
import type { Row } from "../../contract/datasets/column.ts";
import { fieldAt, type Allocation } from "./allocation-fields.ts";
import type { BuiltRow } from "./allocation-row.ts";
import type { RowCounts } from "./allocation-trust.ts";

/** Counts rows while they pass by. */
export interface AllocationTally {
  count(allocation: Allocation, built: BuiltRow): void;
  counts(): RowCounts;
  /** How much the repair of OpenCost's rounding changed: row by row, and in the sum of all rows. In the currency. */
  figures(): { readonly repaired_cost_absolute: number; readonly repaired_cost: number };
  /** What a reader of the rows should know; `runningContainers` by kube-state-metrics. */
  warnings(runningContainers: number): string[];
}

/** Rows may outnumber the containers that ran (init containers, restarts under a new name), but not by this much. */
const SURPRISING_SHARE = 1.5;

/** Half a step of each rounded part, and of the total: more is a part that the dictionary does not know. */
const TOTAL_TOLERANCE = 1e-4;

/** Starts without rows. */
export function createTally(): AllocationTally {
  let rows = 0;
  let workloadRows = 0;
  let unrepaired = 0;
  let otherTotals = 0;
  let duplicates = 0;
  const clusters = new Set<string>();
  // The only thing kept of a row: about 150 bytes each.
  const keys = new Set<string>();
  const nulls = new Map<string, number>();
  const sums = { cpuCoreHours: 0, ramByteHours: 0, totalCost: 0 };
  const repaired = { absolute: 0, sum: 0 };
  return {
    count(allocation, { row, kind, costs }) {
      rows++;
      const cluster = fieldAt(allocation, ["properties", "cluster"]);
      if (typeof cluster === "string") clusters.add(cluster);
      const key = keyOf(row);
      if (keys.has(key)) duplicates++;
      keys.add(key);
      for (const name of dataset.totals) if (row[name] === null) nulls.set(name, (nulls.get(name) ?? 0) + 1);
      const change = (costs.total ?? 0) - Number(row["total_cost"]);
      repaired.absolute += Math.abs(change);
      repaired.sum += change;
      if (Math.abs(change) > TOTAL_TOLERANCE) otherTotals++;
      if (kind !== "workload") return;
      workloadRows++;
      sums.cpuCoreHours += Number(row["cpu_core_hours"]);
      sums.ramByteHours += Number(row["ram_byte_hours"]);
      sums.totalCost += Number(row["total_cost"]);
      if ([costs.cpu, costs.ram, costs.gpu].some((cost) => !cost.repaired && cost.cost !== 0)) unrepaired++;
    },
    figures: () => ({ repaired_cost_absolute: repaired.absolute, repaired_cost: repaired.sum }),
    counts: () => ({ rows, workloadRows, clusters, duplicates, nulls, sums }),
    warnings: (running) => [
      ...costWarnings({ unrepaired, otherTotals, workloadRows, totalCost: sums.totalCost }),
      ...countWarnings(workloadRows, running),
    ],
  };
}

function keyOf(row: Row): string {
  return JSON.stringify(dataset.key.map((name) => row[name]));
}

function costWarnings(of: {
  readonly unrepaired: number;
  readonly otherTotals: number;
  readonly workloadRows: number;
  readonly totalCost: number;
}): string[] {
  const warnings: string[] = [];
  if (of.unrepaired > 0) {
    warnings.push(
      `${of.unrepaired} of ${of.workloadRows} workload rows keep OpenCost's rounding: the node's price in Prometheus is missing or not the one OpenCost used`,
    );
  }
  if (of.otherTotals > 0) {
    warnings.push(
      `total_cost of ${of.otherTotals} rows differs from the sum of its parts by more than ${TOTAL_TOLERANCE}`,
    );
  }
  if (of.totalCost === 0) {
    warnings.push("the workload rows cost 0 together: OpenCost has no prices for the nodes");
  }
  return warnings;
}

function countWarnings(workloadRows: number, running: number): string[] {
  if (workloadRows > SURPRISING_SHARE * running) {
    return [
      `OpenCost has ${workloadRows} workload rows while ${running} containers ran: it may see another cluster than Prometheus`,
    ];
  }
  if (workloadRows < running) {
    return [
      `OpenCost has ${workloadRows} workload rows while ${running} containers ran: the cost of ${running - workloadRows} is not in the file`,
    ];
  }
  return [];
}
