import type { ByteWriter } from "hyparquet-writer";
import type { CellValue } from "../../../contract/datasets/column.ts";
import type { FixedValues } from "./fixed-column.ts";
import { exactBounds, numberBounds, type Bounds } from "./statistics.ts";

// Typed arrays are written as they lie in memory: little endian, as the format wants it, on every machine that the
// supported runtimes exist for.

/** Doubles, NaN and infinities too. */
export class DoubleValues implements FixedValues {
  readonly width = 8;
  #values = new Float64Array(1024);
  #count = 0;

  add(value: Exclude<CellValue, null>, count: number): boolean {
    if (typeof value !== "number") return false;
    this.#reserve(count);
    if (count === 1) this.#values[this.#count] = value;
    else this.#values.fill(value, this.#count, this.#count + count);
    this.#count += count;
    return true;
  }

  addNumbers(values: Float64Array, from: number, to: number): number {
    this.#reserve(to - from);
    this.#values.set(from === 0 && to === values.length ? values : values.subarray(from, to), this.#count);
    this.#count += to - from;
    return -1;
  }

  write(body: ByteWriter, from: number, to: number): Bounds | undefined {
    const values = this.#values;
    body.appendBytes(new Uint8Array(values.buffer, from * 8, (to - from) * 8));
    if (from === to) return undefined;
    let min = Infinity;
    let max = -Infinity;
    for (let at = from; at < to; at++) {
      const value = values[at] as number;
      if (value !== value) return undefined;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return numberBounds(min, max);
  }

  clear(): void {
    this.#count = 0;
  }

  #reserve(count: number): void {
    const needed = this.#count + count;
    if (needed <= this.#values.length) return;
    const longer = new Float64Array(Math.max(needed, this.#values.length * 2));
    longer.set(this.#values);
    this.#values = longer;
  }
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const TWO_32 = 2 ** 32;

/** Whole numbers of 64 bits and times: bigint, or numbers that hold them exactly. */
export class Int64Values implements FixedValues {
  readonly width = 8;
  #values = new BigInt64Array(1024);
  /** The same bytes in halves, low first: a bigint per value would be the slowest part of a column. */
  #low = new Uint32Array(this.#values.buffer);
  #high = new Int32Array(this.#values.buffer);
  #count = 0;

  add(value: Exclude<CellValue, null>, count: number): boolean {
    this.#reserve(count);
    if (typeof value === "bigint") {
      if (value < INT64_MIN || value > INT64_MAX) return false;
      this.#values.fill(value, this.#count, this.#count + count);
    } else {
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return false;
      for (let at = this.#count; at < this.#count + count; at++) this.#set(at, value);
    }
    this.#count += count;
    return true;
  }

  addNumbers(values: Float64Array, from: number, to: number): number {
    this.#reserve(to - from);
    const shift = this.#count - from;
    for (let at = from; at < to; at++) {
      const value = values[at] as number;
      if (!Number.isSafeInteger(value)) return at;
      this.#set(at + shift, value);
    }
    this.#count += to - from;
    return -1;
  }

  write(body: ByteWriter, from: number, to: number): Bounds | undefined {
    body.appendBytes(new Uint8Array(this.#values.buffer, from * 8, (to - from) * 8));
    if (from === to) return undefined;
    let min = from;
    let max = from;
    for (let at = from + 1; at < to; at++) {
      if (this.#isBelow(at, min)) min = at;
      else if (this.#isBelow(max, at)) max = at;
    }
    return exactBounds(this.#values[min] as bigint, this.#values[max] as bigint);
  }

  clear(): void {
    this.#count = 0;
  }

  #set(at: number, value: number): void {
    const low = value >>> 0;
    this.#low[at * 2] = low;
    this.#high[at * 2 + 1] = (value - low) / TWO_32;
  }

  #isBelow(a: number, b: number): boolean {
    const highA = this.#high[a * 2 + 1] as number;
    const highB = this.#high[b * 2 + 1] as number;
    if (highA !== highB) return highA < highB;
    return (this.#low[a * 2] as number) < (this.#low[b * 2] as number);
  }

  #reserve(count: number): void {
    const needed = this.#count + count;
    if (needed <= this.#values.length) return;
    const longer = new BigInt64Array(Math.max(needed, this.#values.length * 2));
    longer.set(this.#values);
    this.#values = longer;
    this.#low = new Uint32Array(longer.buffer);
    this.#high = new Int32Array(longer.buffer);
  }
}

/** Flags, a bit each once they are written. */
export class BooleanValues implements FixedValues {
  readonly width = 1;
  #values = new Uint8Array(1024);
  #count = 0;

  add(value: Exclude<CellValue, null>, count: number): boolean {
    if (typeof value !== "boolean") return false;
    const needed = this.#count + count;
    if (needed > this.#values.length) {
      const longer = new Uint8Array(Math.max(needed, this.#values.length * 2));
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values.fill(value ? 1 : 0, this.#count, needed);
    this.#count = needed;
    return true;
  }

  /** Numbers are no flags. */
  addNumbers(_values: Float64Array, from: number, to: number): number {
    return from < to ? from : -1;
  }

  write(body: ByteWriter, from: number, to: number): Bounds | undefined {
    if (from === to) return undefined;
    const bytes = new Uint8Array(Math.ceil((to - from) / 8));
    let trues = 0;
    for (let at = 0; at < to - from; at++) {
      if (this.#values[from + at] === 0) continue;
      trues += 1;
      bytes[at >> 3] = (bytes[at >> 3] as number) | (1 << (at & 7));
    }
    body.appendBytes(bytes);
    return exactBounds(trues === to - from, trues > 0);
  }

  clear(): void {
    this.#count = 0;
  }
}
