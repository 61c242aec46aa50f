import type { CellValue, Column, ColumnType, Fold } from "../../contract/datasets/column.ts";

/** The cells of one row while its series come in: one accumulator per folded column. */
export interface Cells {
  /** Sum, maximum or weighted sum. */
  readonly values: Float64Array;
  /** Weight of what is in `values`; 0 where nothing came in, which is not the same as NaN. */
  readonly weights: Float64Array;
  /** Distinct texts, by column index; few columns are text. */
  readonly texts: Map<number, Set<string>>;
}

/** Starts a row of `count` folded columns. */
export function createCells(count: number): Cells {
  return { values: new Float64Array(count), weights: new Float64Array(count), texts: new Map() };
}

/** Folds a number into a cell; `weight` counts for `mean` only. See {@link Fold}. */
export function foldNumber(cells: Cells, index: number, fold: Fold, value: number, weight: number): void {
  const { values, weights } = cells;
  const before = values[index] ?? 0;
  const first = weights[index] === 0;
  switch (fold) {
    case "sum":
      values[index] = before + value;
      weights[index] = 1;
      return;
    case "mean":
      values[index] = before + value * weight;
      weights[index] = (weights[index] ?? 0) + weight;
      return;
    case "max":
      // As in PromQL, NaN is smaller than any number.
      if (first || value > before || Number.isNaN(before)) values[index] = value;
      weights[index] = 1;
      return;
    case "text":
      throw new Error("a text is not folded as a number");
  }
}

/** Adds a text to a cell; an empty one is none. */
export function foldText(cells: Cells, index: number, text: string): void {
  if (text === "") return;
  const known = cells.texts.get(index);
  if (known) known.add(text);
  else cells.texts.set(index, new Set([text]));
}

/** The folded value as the dictionary types it; null when nothing came in. */
export function readCell(
  cells: Cells,
  index: number,
  column: Pick<Column, "type" | "source">,
  fold: Fold,
): CellValue {
  if (fold === "text") {
    const texts = cells.texts.get(index);
    return texts ? [...texts].sort().join(",") : null;
  }
  const weight = cells.weights[index] ?? 0;
  if (weight === 0) return null;
  const value = cells.values[index] ?? 0;
  return toType(fold === "mean" ? value / weight : value, column.type);
}

/** Prometheus has only doubles; whole numbers and instants cannot be NaN or infinite, so those become null. */
function toType(value: number, type: ColumnType): CellValue {
  switch (type) {
    case "double":
      return value;
    case "int64":
      return Number.isFinite(value) ? Math.round(value) : null;
    case "timestamp":
      return Number.isFinite(value) ? Math.round(value * 1000) : null;
    case "boolean":
      return Number.isNaN(value) ? null : value !== 0;
    case "string":
      return String(value);
  }
}
