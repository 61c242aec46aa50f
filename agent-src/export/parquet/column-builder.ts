import type { ByteWriter } from "hyparquet-writer";
import type { CellValue } from "../../../contract/datasets/column.ts";
import type { Bounds } from "./statistics.ts";

/** The values of one column of a row group, added as they come. */
export interface ColumnBuilder {
  /** Adds `value`, `count` times. False when it does not fit the column's type: then nothing was added. */
  add(value: CellValue, count: number): boolean;
  /** Adds numbers from index `from` up to `to`; answers the index of the first that does not fit, -1 when all do. */
  addNumbers(values: Float64Array, from: number, to: number): number;
  /** What was added, ready to be written. Nothing may be added before `clear`. */
  encode(): EncodedColumn;
  clear(): void;
}

/** How the values of a chunk are written, and its pages one after the other. */
export interface EncodedColumn {
  /** Absent where the values themselves are in the pages. */
  readonly dictionary?: { readonly bytes: Uint8Array; readonly count: number };
  /** Writes the next page's levels and values; undefined after the last page. */
  nextPage(body: ByteWriter): Page | undefined;
}

/** What a page holds. */
export interface Page {
  readonly rows: number;
  readonly nulls: number;
  /** Undefined when the page has only nulls, or nothing can be said: a NaN. */
  readonly bounds: Bounds | undefined;
}
