import type { Row } from "../../contract/datasets/column.ts";

/**
 * Many rows of one dataset that differ in a few numbers only: the raw samples of one series. What they share is said
 * once, so that no row object per sample is ever made. A class, so that a stream can hold both these and single rows.
 */
export class SeriesRows {
  /** How many rows these are. */
  readonly count: number;
  /** Cells that all rows have, by column name; a column in neither part is null. */
  readonly shared: Row;
  /** Cells in which they differ, by column name: `count` numbers each; a timestamp's in whole milliseconds. */
  readonly varying: Readonly<Record<string, Float64Array>>;

  /** @throws Error when a varying column has not exactly `count` numbers */
  constructor(count: number, shared: Row, varying: Readonly<Record<string, Float64Array>>) {
    for (const [name, values] of Object.entries(varying)) {
      if (values.length === count) continue;
      throw new Error(`column "${name}" has ${values.length} values, expected ${count}`);
    }
    this.count = count;
    this.shared = shared;
    this.varying = varying;
  }
}

/** Row `at` of a series on its own. */
export function rowAt({ shared, varying }: SeriesRows, at: number): Row {
  const row: Row = { ...shared };
  for (const [name, values] of Object.entries(varying)) row[name] = values[at] ?? null;
  return row;
}
