import type { SchemaElement } from "hyparquet";
import type { CellValue } from "../../../contract/datasets/column.ts";
import type { ColumnBuilder, EncodedColumn } from "./column-builder.ts";
import { bitWidth } from "./hybrid.ts";
import type { RowGroupSize } from "./limits.ts";
import { TextPages } from "./text-pages.ts";
import { TextRuns } from "./text-runs.ts";
import { TextStore } from "./text-store.ts";

/** What a run and an entry of the map take beside the text, about. */
const RUN_BYTES = 8;
const ENTRY_BYTES = 64;

/**
 * A column of text. Each distinct text is kept once and rows are runs of its number, so what a series shares costs the
 * same for one row as for many. It is written as dictionary and numbers where that is shorter, else as plain text; always
 * one of the two for a whole chunk, as parquetjs-lite cannot read a mixture.
 */
export class TextColumn implements ColumnBuilder {
  readonly #element: SchemaElement;
  readonly #size: RowGroupSize;
  readonly #store = new TextStore();
  readonly #runs = new TextRuns();
  /** Numbers of the texts; undefined once the dictionary was given up. */
  #numbers: Map<string, number> | undefined = new Map();
  #last: CellValue | undefined;
  /** Bytes of the column's values as plain text. */
  #plainBytes = 0;

  constructor(element: SchemaElement, size: RowGroupSize) {
    this.#element = element;
    this.#size = size;
  }

  add(value: CellValue, count: number): boolean {
    if (value === this.#last) this.#runs.extend(count);
    else if (!this.#start(value, count)) return false;
    if (value !== null) this.#account(this.#store.sizeOf(this.#runs.lastNumber) * count);
    return true;
  }

  /** Numbers are no text. */
  addNumbers(_values: Float64Array, from: number, to: number): number {
    return from < to ? from : -1;
  }

  encode(): EncodedColumn {
    const isOptional = this.#element.repetition_type === "OPTIONAL";
    const isDictionary = this.#isDictionaryShorter();
    const how = { isDictionary, isOptional, limits: this.#size.limits };
    const pages = new TextPages(this.#store, this.#runs, this.#element, how);
    return {
      nextPage: (body) => pages.next(body),
      ...(isDictionary ? { dictionary: { bytes: this.#store.all(), count: this.#store.count } } : {}),
    };
  }

  clear(): void {
    this.#store.clear();
    this.#runs.clear();
    if (this.#numbers) this.#numbers.clear();
    else this.#numbers = new Map();
    this.#last = undefined;
    this.#plainBytes = 0;
  }

  /** Starts a run of another value than the last. */
  #start(value: CellValue, count: number): boolean {
    if (value === null) {
      if (this.#element.repetition_type !== "OPTIONAL") return false;
      this.#runs.addNulls(count);
    } else {
      if (typeof value !== "string") return false;
      this.#runs.add(this.#numberOf(value), count);
    }
    this.#last = value;
    this.#size.heldBytes += RUN_BYTES;
    return true;
  }

  #numberOf(text: string): number {
    const known = this.#numbers?.get(text);
    if (known !== undefined) return known;
    const number = this.#store.add(text);
    if (this.#numbers) {
      this.#numbers.set(text, number);
      this.#size.heldBytes += this.#store.sizeOf(number) + ENTRY_BYTES;
    }
    return number;
  }

  #account(bytes: number): void {
    this.#plainBytes += bytes;
    this.#size.plainBytes += bytes;
    // Plain text is counted as it will be written: a run of it is no shorter than its rows.
    if (!this.#numbers) this.#size.heldBytes += bytes;
    else if (this.#store.length > this.#size.limits.dictionaryBytes) this.#endDictionary();
  }

  /** A dictionary that halves the column is worth a new row group; another one is given up for the rest of this one. */
  #endDictionary(): void {
    if (this.#plainBytes >= 2 * this.#store.length) {
      this.#size.isDictionaryFull = true;
    } else {
      this.#numbers = undefined;
      this.#size.heldBytes += this.#plainBytes - this.#store.length;
    }
  }

  #isDictionaryShorter(): boolean {
    if (!this.#numbers || this.#store.count === 0) return false;
    const numberBytes = (this.#runs.values * bitWidth(this.#store.count - 1)) / 8;
    return this.#store.length + numberBytes < this.#plainBytes;
  }
}
