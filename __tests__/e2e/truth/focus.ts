import assert from "node:assert/strict";
import { allocation } from "../../../contract/datasets/allocation.ts";
import { focus } from "../../../contract/datasets/focus.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { keyText } from "../ground/generator/expected-row.ts";
import type { Life } from "../ground/generator/plan.ts";
import { readRows, type FileRow } from "../readers/read-rows.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";

/** Columns of `focus` and those of `allocation` that they are. */
const SAME: readonly (readonly [string, string])[] = [
  ["EffectiveCost", "total_cost"],
  ["ListCost", "total_cost"],
  ["ContractedCost", "total_cost"],
  ["x_CpuCost", "cpu_cost"],
  ["x_GpuCost", "gpu_cost"],
  ["x_RamCost", "ram_cost"],
  ["x_PvCost", "pv_cost"],
  ["x_NetworkCost", "network_cost"],
  ["x_LoadBalancerCost", "load_balancer_cost"],
  ["x_TotalCostPrecise", "total_cost_precise"],
];

/** Holds the FOCUS rows to the allocations: one for one, every cost the same number, every sum the same. */
export async function checkFocus(
  checks: Checks,
  hours: Life,
  folder: string,
  files: TruthFiles,
): Promise<void> {
  for (let hour = hours.from; hour < hours.until; hour += 3600) {
    const title = `focus ${isoSeconds(hour).slice(0, 16)}: every cost is the allocation's, to the last bit, and so is every sum`;
    await checks.check(title, async () => {
      const origin = await readRows(exportedFile(folder, "allocation", hour));
      const rows = await readRows(exportedFile(folder, "focus", hour));
      const charges = new Map(rows.map((row) => [keyText(row, focus.key), row]));
      assert.equal(charges.size, rows.length, "a key is there twice");
      assert.deepEqual(
        [...charges.keys()].sort(),
        origin.map((row) => keyText(row, allocation.key.slice(0, focus.key.length))).sort(),
      );
      for (const row of origin) assertCharge(charges.get(keyText(row, allocation.key)), row);
      for (const [charge, cost] of SAME) assert.equal(sumOf(rows, charge), sumOf(origin, cost), charge);
      assert.ok(sumOf(rows, "EffectiveCost") > 0 && sumOf(rows, "BilledCost") === 0);
      files.passed("focus", hour, rows.length, "allocation, to the bit");
    });
  }
}

function assertCharge(charge: FileRow | undefined, row: FileRow): void {
  for (const [column, cost] of SAME) assert.equal(charge?.[column], row[cost], column);
}

/** In one order, so that equal numbers have equal sums. */
function sumOf(rows: readonly FileRow[], column: string): number {
  const values = rows.map((row) => Number(row[column] ?? 0));
  return values.sort((a, b) => a - b).reduce((sum, value) => sum + value, 0);
}
