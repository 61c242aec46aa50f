import type { SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import type { Page } from "./column-builder.ts";
import { appendLevels } from "./fixed-column.ts";
import { bitWidth, HybridEncoder } from "./hybrid.ts";
import type { Limits } from "./limits.ts";
import { textBounds, type Bounds } from "./statistics.ts";
import { NULL, type TextRuns } from "./text-runs.ts";
import type { TextStore } from "./text-store.ts";

/** How the texts of a chunk are written. */
interface TextEncoding {
  readonly isDictionary: boolean;
  readonly isOptional: boolean;
  readonly limits: Limits;
}

/** Cuts the runs of a text column into pages. */
export class TextPages {
  readonly #store: TextStore;
  readonly #runs: TextRuns;
  readonly #element: SchemaElement;
  readonly #encoding: TextEncoding;
  readonly #levelBytes = new ByteWriter();
  readonly #levels = new HybridEncoder(this.#levelBytes, 1);
  readonly #values = new ByteWriter();
  readonly #numbers: HybridEncoder;
  readonly #width: number;
  /** The page in which a text was seen last, counted from 1: its bounds need each only once. */
  readonly #seen: Uint32Array;
  #page = 0;
  #run = 0;
  /** Rows of the run that are written already. */
  #done = 0;
  #min = NULL;
  #max = NULL;

  constructor(store: TextStore, runs: TextRuns, element: SchemaElement, encoding: TextEncoding) {
    this.#store = store;
    this.#runs = runs;
    this.#element = element;
    this.#encoding = encoding;
    this.#width = bitWidth(Math.max(store.count - 1, 0));
    this.#numbers = new HybridEncoder(this.#values, this.#width);
    this.#seen = new Uint32Array(store.count);
  }

  /** As `EncodedColumn.nextPage`. */
  next(body: ByteWriter): Page | undefined {
    if (this.#run === this.#runs.count) return undefined;
    this.#page += 1;
    this.#min = NULL;
    let rows = 0;
    let nulls = 0;
    const { pageRows, pageBytes } = this.#encoding.limits;
    while (rows < pageRows && this.#values.index < pageBytes && this.#run < this.#runs.count) {
      const number = this.#runs.number(this.#run);
      const taken = this.#take(number, pageRows - rows);
      rows += taken;
      if (number === NULL) nulls += taken;
    }
    this.#writeBody(body);
    return { rows, nulls, bounds: this.#bounds() };
  }

  /** Writes rows of the run, at most `most` and not much more than a page holds; answers how many. */
  #take(number: number, most: number): number {
    const left = this.#runs.length(this.#run) - this.#done;
    const taken = Math.min(left, most, number === NULL ? most : this.#fitting(number));
    if (this.#encoding.isOptional) this.#levels.run(number === NULL ? 0 : 1, taken);
    if (number !== NULL) {
      this.#note(number);
      if (this.#encoding.isDictionary) this.#numbers.run(number, taken);
      else for (let row = 0; row < taken; row++) this.#values.appendBytes(this.#store.plain(number));
    }
    this.#done += taken;
    if (taken === left) {
      this.#run += 1;
      this.#done = 0;
    }
    return taken;
  }

  /** How many rows of a text the page still holds: at least one. */
  #fitting(number: number): number {
    const { pageRows, pageBytes } = this.#encoding.limits;
    if (this.#encoding.isDictionary) return pageRows;
    return Math.ceil((pageBytes - this.#values.index) / this.#store.sizeOf(number));
  }

  #note(number: number): void {
    if (this.#seen[number] === this.#page) return;
    this.#seen[number] = this.#page;
    if (this.#min === NULL) {
      this.#min = number;
      this.#max = number;
    } else if (this.#store.isBefore(number, this.#min)) this.#min = number;
    else if (this.#store.isBefore(this.#max, number)) this.#max = number;
  }

  #bounds(): Bounds | undefined {
    if (this.#min === NULL) return undefined;
    const texts = [this.#min, this.#max].map((number) => this.#store.plain(number).subarray(4));
    return textBounds(texts[0] as Uint8Array, texts[1] as Uint8Array, this.#element);
  }

  #writeBody(body: ByteWriter): void {
    if (this.#encoding.isOptional) appendLevels(body, this.#levelBytes, this.#levels);
    if (this.#encoding.isDictionary) {
      body.appendUint8(this.#width);
      this.#numbers.finish();
    }
    body.appendBytes(this.#values.getBytes());
    this.#values.index = 0;
  }
}
