import { ByteWriter } from "hyparquet-writer";
import type { CellValue } from "../../../contract/datasets/column.ts";
import type { ColumnBuilder, EncodedColumn, Page } from "./column-builder.ts";
import { HybridEncoder } from "./hybrid.ts";
import { Levels } from "./levels.ts";
import type { RowGroupSize } from "./limits.ts";
import type { Bounds } from "./statistics.ts";

/** Values of one type that all take the same space; nulls are not among them. */
export interface FixedValues {
  /** Bytes of a value. */
  readonly width: number;
  /** Adds `value`, `count` times; false when it is of another type. */
  add(value: Exclude<CellValue, null>, count: number): boolean;
  /** As `ColumnBuilder.addNumbers`. */
  addNumbers(values: Float64Array, from: number, to: number): number;
  /** Writes values `from` up to `to` as PLAIN, and answers their bounds; undefined when there are none. */
  write(body: ByteWriter, from: number, to: number): Bounds | undefined;
  clear(): void;
}

/** A column of numbers, times or flags: plain values and, where null is allowed, levels. */
export class FixedColumn implements ColumnBuilder {
  readonly #values: FixedValues;
  readonly #size: RowGroupSize;
  readonly #levels: Levels | undefined;
  readonly #levelBytes = new ByteWriter();
  readonly #levelEncoder = new HybridEncoder(this.#levelBytes, 1);
  #rows = 0;

  constructor(values: FixedValues, isNullable: boolean, size: RowGroupSize) {
    this.#values = values;
    this.#size = size;
    this.#levels = isNullable ? new Levels() : undefined;
  }

  add(value: CellValue, count: number): boolean {
    if (value === null) {
      if (!this.#levels) return false;
      this.#levels.add(false, count);
    } else {
      if (!this.#values.add(value, count)) return false;
      this.#grow(count);
    }
    this.#rows += count;
    return true;
  }

  addNumbers(values: Float64Array, from: number, to: number): number {
    const misfit = this.#values.addNumbers(values, from, to);
    if (misfit >= 0) return misfit;
    this.#grow(to - from);
    this.#rows += to - from;
    return -1;
  }

  encode(): EncodedColumn {
    let row = 0;
    let value = 0;
    this.#levels?.rewind();
    return {
      nextPage: (body): Page | undefined => {
        const rows = Math.min(this.#size.limits.pageRows, this.#rows - row);
        if (rows === 0) return undefined;
        const present = this.#writeLevels(body, rows);
        const bounds = this.#values.write(body, value, value + present);
        row += rows;
        value += present;
        return { rows, nulls: rows - present, bounds };
      },
    };
  }

  clear(): void {
    this.#rows = 0;
    this.#levels?.clear();
    this.#values.clear();
  }

  #grow(count: number): void {
    this.#levels?.add(true, count);
    this.#size.heldBytes += this.#values.width * count;
    this.#size.plainBytes += this.#values.width * count;
  }

  #writeLevels(body: ByteWriter, rows: number): number {
    if (!this.#levels) return rows;
    const present = this.#levels.take(rows, this.#levelEncoder);
    appendLevels(body, this.#levelBytes, this.#levelEncoder);
    return present;
  }
}

/** Ends the levels of a page and puts them, with their length before them, into its body. */
export function appendLevels(body: ByteWriter, bytes: ByteWriter, encoder: HybridEncoder): void {
  encoder.finish();
  body.appendUint32(bytes.index);
  body.appendBytes(bytes.getBytes());
  bytes.index = 0;
}
