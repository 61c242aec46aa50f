import type { CellValue, ColumnType, Fold } from "../../contract/datasets/column.ts";
import { createSharedTexts } from "./shared-texts.ts";

/** The cells of all rows while their series come in: one accumulator per row and folded column. See {@link createCellStore}. */
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

/**
 * Starts without rows; each has `columns` cells. A cell takes 9 bytes, that of a mean 16, and one of text a reference to
 * a text that all equal ones share; a column in which nothing comes in takes nothing. An object per row would cost
 * several times as much.
 */
export function createCellStore(columns: number): CellStore {
  let rows = 0;
  const numbers = Array.from({ length: columns }, () => new NumberColumn());
  const texts = Array.from({ length: columns }, () => new TextColumn());
  const share = createSharedTexts();

  return {
    addRow: () => rows++,
    foldNumber: (row, column, fold, value, weight) => numbers[column]?.fold(row, fold, value, weight),
    foldText(row, column, text) {
      if (text !== "") texts[column]?.add(row, share(text));
    },
    read(row, column, type, fold) {
      if (fold === "text") return texts[column]?.read(row) ?? null;
      const value = numbers[column]?.read(row, fold);
      return value === undefined ? null : toType(value, type);
    },
  };
}

/** Rows whose cells are in one piece of memory: it is never copied, and grows by what is needed. */
const PIECE_ROWS = 1024;

interface NumberPiece {
  /** Sum, maximum or weighted sum. */
  readonly values: Float64Array;
  /** Weight of what is in `values`; 0 where nothing came in, which is not the same as NaN. */
  readonly weights: Float64Array | Uint8Array;
}

class NumberColumn {
  readonly #pieces: (NumberPiece | undefined)[] = [];

  fold(row: number, fold: Fold, value: number, weight: number): void {
    const { values, weights } = this.#pieceOf(row, fold);
    const at = row % PIECE_ROWS;
    const before = values[at] ?? 0;
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
        if (weights[at] === 0 || value > before || Number.isNaN(before)) values[at] = value;
        weights[at] = 1;
        return;
      case "text":
        throw new Error("a text is not folded as a number");
      case "none":
        throw new Error("raw samples are not folded");
    }
  }

  read(row: number, fold: Fold): number | undefined {
    const piece = this.#pieces[Math.floor(row / PIECE_ROWS)];
    const at = row % PIECE_ROWS;
    const weight = piece?.weights[at] ?? 0;
    if (!piece || weight === 0) return undefined;
    const value = piece.values[at] ?? 0;
    return fold === "mean" ? value / weight : value;
  }

  #pieceOf(row: number, fold: Fold): NumberPiece {
    const index = Math.floor(row / PIECE_ROWS);
    return (this.#pieces[index] ??= {
      values: new Float64Array(PIECE_ROWS),
      weights: fold === "mean" ? new Float64Array(PIECE_ROWS) : new Uint8Array(PIECE_ROWS),
    });
  }
}

/** Of several texts in a cell each is kept once. */
class TextColumn {
  readonly #pieces: ((string | Set<string> | undefined)[] | undefined)[] = [];

  add(row: number, text: string): void {
    const piece = (this.#pieces[Math.floor(row / PIECE_ROWS)] ??= new Array<undefined>(PIECE_ROWS));
    const at = row % PIECE_ROWS;
    const known = piece[at];
    if (known === undefined) piece[at] = text;
    else if (typeof known !== "string") known.add(text);
    else if (known !== text) piece[at] = new Set([known, text]);
  }

  read(row: number): string | undefined {
    const known = this.#pieces[Math.floor(row / PIECE_ROWS)]?.[row % PIECE_ROWS];
    return typeof known === "object" ? [...known].sort().join(",") : known;
  }
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
