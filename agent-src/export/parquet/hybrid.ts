import type { ByteWriter } from "hyparquet-writer";

/** A repeated value is written once from this many repetitions on: a bit-packed group is eight values. */
const GROUP = 8;

/**
 * Writes small numbers in Parquet's RLE/bit-packed hybrid
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE).
 */
export class HybridEncoder {
  readonly #out: ByteWriter;
  readonly #width: number;
  /** Values that wait to be bit-packed. */
  #pending = new Uint32Array(256);
  #count = 0;

  /** `width` is the number of bits of the largest value. */
  constructor(out: ByteWriter, width: number) {
    this.#out = out;
    this.#width = width;
  }

  /** Adds `value`, `count` times. */
  run(value: number, count: number): void {
    // Groups of values without bits have no bytes at all: hyparquet reads one nevertheless.
    if (this.#width === 0) return this.#out.appendVarInt(count << 1);
    // The bit-packed values before a run must be whole groups.
    const missing = (GROUP - (this.#count % GROUP)) % GROUP;
    const rest = count - missing;
    if (rest < GROUP || !isReadEverywhere(value)) return this.#pack(value, count);
    this.#pack(value, missing);
    this.#flush();
    this.#out.appendVarInt(rest << 1);
    for (let shift = 0; shift < this.#width; shift += 8) this.#out.appendUint8((value >>> shift) & 0xff);
  }

  /** Writes what is left; the encoder can be used again. */
  finish(): void {
    this.#pack(0, (GROUP - (this.#count % GROUP)) % GROUP);
    this.#flush();
  }

  #pack(value: number, count: number): void {
    const needed = this.#count + count;
    if (needed > this.#pending.length) {
      const longer = new Uint32Array(Math.max(needed, this.#pending.length * 2));
      longer.set(this.#pending);
      this.#pending = longer;
    }
    this.#pending.fill(value, this.#count, needed);
    this.#count = needed;
  }

  #flush(): void {
    if (this.#count === 0) return;
    this.#out.appendVarInt(((this.#count / GROUP) << 1) | 1);
    this.#out.appendBytes(bitPacked(this.#pending, this.#count, this.#width));
    this.#count = 0;
  }
}

/** How many bits the numbers up to `largest` need. */
export function bitWidth(largest: number): number {
  return 32 - Math.clz32(largest);
}

/** parquetjs-lite adds up the bytes of a repeated value instead of joining them: right only where one byte is enough. */
function isReadEverywhere(value: number): boolean {
  return value < 256;
}

function bitPacked(values: Uint32Array, count: number, width: number): Uint8Array {
  const bytes = new Uint8Array((count * width) / 8);
  let at = 0;
  let bits = 0;
  let used = 0;
  for (let index = 0; index < count; index++) {
    // A width is at most 24 here, as a dictionary has at most 1 MiB; with 7 bits left over that fits into 32.
    bits |= (values[index] as number) << used;
    used += width;
    while (used >= 8) {
      bytes[at++] = bits;
      bits >>>= 8;
      used -= 8;
    }
  }
  return bytes;
}
