import { allocation as dataset } from "../../../contract/datasets/allocation.ts";
import { fieldReader, type Allocation, type ReadField } from "../allocation-fields.ts";

/** The cost columns of the dataset `allocation`, as OpenCost answers them. */
export const COST_COLUMNS: readonly string[] = dataset.columns
  .filter(({ source, unit }) => source.from === "opencost" && unit === "currency")
  .map(({ name }) => name);

/** Rows and the sums of their cost columns. */
export interface CostSums {
  rows: number;
  /** By column. */
  readonly sums: Map<string, number>;
}

/** No rows yet. */
export function emptySums(): CostSums {
  return { rows: 0, sums: new Map(COST_COLUMNS.map((name) => [name, 0])) };
}

/** Counts a row of an exported file. */
export function addExported(to: CostSums, row: Readonly<Record<string, unknown>>): void {
  to.rows++;
  for (const name of COST_COLUMNS) addCost(to, name, row[name]);
}

/** Counts an allocation as OpenCost answers it. @throws Error when a cost is no number */
export function addAnswered(to: CostSums, allocation: Allocation): void {
  to.rows++;
  for (const [name, read] of READERS) addCost(to, name, read(allocation));
}

const READERS: readonly (readonly [string, ReadField])[] = dataset.columns
  .filter(({ name }) => COST_COLUMNS.includes(name))
  .map((column) => [column.name, fieldReader(column)]);

function addCost({ sums }: CostSums, name: string, cost: unknown): void {
  if (typeof cost === "number" && Number.isFinite(cost)) sums.set(name, (sums.get(name) ?? 0) + cost);
}

/** Half a unit of OpenCost's fifth decimal: the most by which the rounding moves a cost. */
const HALF_STEP = 0.5e-5;

/** A column whose two sums are further apart than rounding explains. */
export interface UnequalSum {
  readonly column: string;
  readonly exported: number;
  readonly answered: number;
  readonly allowed: number;
}

/** How far two sums over that many rounded rows may be apart: half a step for each row. */
export function allowedDifference(rows: number): number {
  return HALF_STEP * rows;
}

/** Columns whose sums differ. */
export function compareSums(exported: CostSums, answered: CostSums): UnequalSum[] {
  const allowed = allowedDifference(Math.max(exported.rows, answered.rows));
  return COST_COLUMNS.map((column) => ({
    column,
    exported: exported.sums.get(column) ?? 0,
    answered: answered.sums.get(column) ?? 0,
    allowed,
  })).filter((sum) => Math.abs(sum.exported - sum.answered) > allowed);
}
