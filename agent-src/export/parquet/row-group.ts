import type { RowGroup as RowGroupMetadata, SchemaElement } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import type { Column, Dataset, Row } from "../../../contract/datasets/column.ts";
import { RowRefusals } from "../parquet-cells.ts";
import { parquetSchema } from "../parquet-schema.ts";
import { rowAt, type SeriesRows } from "../series-rows.ts";
import { writeChunk, type WrittenChunk } from "./chunk.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import type { Compress } from "./compress.ts";
import { FixedColumn, type FixedValues } from "./fixed-column.ts";
import { BooleanValues, DoubleValues, Int64Values } from "./fixed-values.ts";
import { RowGroupSize, type Limits } from "./limits.ts";
import { TextColumn } from "./text-column.ts";

interface NamedColumn {
  readonly name: string;
  readonly element: SchemaElement;
  readonly builder: ColumnBuilder;
}

/** Rows that are not written yet, column by column. Used for one row group after the other. */
export class RowGroup {
  readonly #columns: readonly NamedColumn[];
  readonly #refusals: RowRefusals;
  readonly #size: RowGroupSize;
  rows = 0;

  constructor(dataset: Dataset, limits: Limits) {
    this.#size = new RowGroupSize(limits);
    const elements = parquetSchema(dataset).slice(1);
    this.#refusals = new RowRefusals(dataset);
    this.#columns = dataset.columns.map((column, at) => {
      const element = elements[at] as SchemaElement;
      return { name: column.name, element, builder: columnBuilder(column, element, this.#size) };
    });
  }

  /**
   * Adds a row, the `index`th of the file.
   * @throws Error naming dataset, column, value and row when it does not fit the dictionary
   */
  addRow(row: Row, index: number): void {
    this.#refusals.checkNames(row, () => row, index);
    for (const { name, builder } of this.#columns) {
      if (!builder.add(row[name] ?? null, 1)) throw this.#refusals.ofValue(row, index, name);
    }
    this.rows += 1;
  }

  /**
   * Adds rows of a series from row `from` on, as many as there is room for; the first is the `index`th of the file.
   * Answers how many.
   * @throws Error as `addRow`
   */
  addSeries(series: SeriesRows, from: number, index: number): number {
    const { shared, varying } = series;
    if (from === 0) {
      this.#refusals.checkNames(shared, () => rowAt(series, 0), index);
      this.#refusals.checkNames(varying, () => rowAt(series, 0), index);
    }
    const count = Math.min(series.count - from, this.#roomFor(shared));
    for (const { name, builder } of this.#columns) {
      const numbers = varying[name];
      let misfit = -1;
      if (numbers) misfit = builder.addNumbers(numbers, from, from + count);
      else if (!builder.add(shared[name] ?? null, count)) misfit = from;
      if (misfit < 0) continue;
      throw this.#refusals.ofValue(rowAt(series, misfit), index + misfit - from, name);
    }
    this.rows += count;
    return count;
  }

  isFull(): boolean {
    return this.rows >= this.#size.limits.rowGroupRows || this.#size.isFull();
  }

  /** Writes the rows and forgets them. */
  write(out: ByteWriter, compress: Compress): { metadata: RowGroupMetadata; chunks: WrittenChunk[] } {
    const start = out.offset;
    const chunks = this.#columns.map(({ element, builder }) => {
      const written = writeChunk(out, element, builder.encode(), compress);
      builder.clear();
      return written;
    });
    const uncompressed = chunks.map(({ chunk }) => chunk.meta_data?.total_uncompressed_size ?? 0n);
    const metadata = {
      columns: chunks.map(({ chunk }) => chunk),
      total_byte_size: uncompressed.reduce((total, size) => total + size, 0n),
      num_rows: BigInt(this.rows),
      file_offset: BigInt(start),
      total_compressed_size: BigInt(out.offset - start),
    };
    this.rows = 0;
    this.#size.clear();
    return { metadata, chunks };
  }

  /** How many rows with this text may be added before the size of the row group is looked at again. */
  #roomFor(shared: Row): number {
    const { rowGroupRows, rowGroupBytes } = this.#size.limits;
    let length = 1;
    for (const name in shared) {
      const value = shared[name];
      if (typeof value === "string") length += value.length;
    }
    return Math.min(rowGroupRows - this.rows, Math.ceil(rowGroupBytes / length));
  }
}

function columnBuilder(column: Column, element: SchemaElement, size: RowGroupSize): ColumnBuilder {
  if (column.type === "string") return new TextColumn(element, size);
  return new FixedColumn(fixedValues(column.type), column.nullable, size);
}

function fixedValues(type: Exclude<Column["type"], "string">): FixedValues {
  switch (type) {
    case "double":
      return new DoubleValues();
    case "boolean":
      return new BooleanValues();
    case "int64":
    case "timestamp":
      return new Int64Values();
  }
}
