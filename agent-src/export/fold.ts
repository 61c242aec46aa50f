import type { CellValue, ColumnType, Fold } from "../../contract/datasets/column.ts";

/**
 * The cells of all rows while their series come in: one accumulator per row and folded column, in two flat arrays,
 * because an object or a typed array per row would cost several times as much.
 */
export interface CellStore {
  /** Starts a row, gives its number. */
  addRow(): number;
  /** Folds a number into a cell; `weight` counts for `mean` only. See {@link Fold}. */
  foldNumber(row: number, column: number, fold: Fold, value: number, weight: number): void;
  /** Adds a text to a cell; an empty one is none. */
  foldText(row: number, column: number, text: string): void;
  /** The folded value as the dictionary types it; null when nothing came in. */
  read(row: number, column: number, type: ColumnType, fold: Fold): CellValue;
}

const FIRST_ROWS = 1024;

/** Starts without rows; each has `columns` cells. */
export function createCellStore(columns: number): CellStore {
  let rows = 0;
  /** Sum, maximum or weighted sum. */
  let values = new Float64Array(FIRST_ROWS * columns);
  /** Weight of what is in `values`; 0 where nothing came in, which is not the same as NaN. */
  let weights = new Float64Array(FIRST_ROWS * columns);
  const texts = new Map<number, Set<string>>();

  return {
    addRow() {
      if ((rows + 1) * columns > values.length) {
        values = doubled(values);
        weights = doubled(weights);
      }
      return rows++;
    },
    foldNumber(row, column, fold, value, weight) {
      const at = row * columns + column;
      const before = values[at] ?? 0;
      const first = weights[at] === 0;
      switch (fold) {
        case "sum":
          values[at] = before + value;
          weights[at] = 1;
          return;
        case "mean":
          values[at] = before + value * weight;
          weights[at] = (weights[at] ?? 0) + weight;
          return;
        case "max":
          // As in PromQL, NaN is smaller than any number.
          if (first || value > before || Number.isNaN(before)) values[at] = value;
          weights[at] = 1;
          return;
        case "text":
          throw new Error("a text is not folded as a number");
        case "none":
          throw new Error("raw samples are not folded");
      }
    },
    foldText(row, column, text) {
      if (text === "") return;
      const at = row * columns + column;
      const known = texts.get(at);
      if (known) known.add(text);
      else texts.set(at, new Set([text]));
    },
    read(row, column, type, fold) {
      const at = row * columns + column;
      if (fold === "text") {
        const known = texts.get(at);
        return known ? [...known].sort().join(",") : null;
      }
      const weight = weights[at] ?? 0;
      if (weight === 0) return null;
      const value = values[at] ?? 0;
      return toType(fold === "mean" ? value / weight : value, type);
    },
  };
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
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
