const encoder = new TextEncoder();

/** Texts as UTF-8, each after its length, as the format's PLAIN encoding and its dictionaries hold them. */
export class TextStore {
  #bytes = new Uint8Array(16 * 1024);
  #view = new DataView(this.#bytes.buffer);
  /** Where each text begins, and where the next will. */
  #starts = new Uint32Array(256);
  count = 0;

  /** Bytes that all texts take. */
  get length(): number {
    return this.#starts[this.count] as number;
  }

  /** Adds a text; answers its number. Half of a surrogate pair becomes U+FFFD, as UTF-8 cannot hold it. */
  add(text: string): number {
    const start = this.length;
    // A UTF-16 unit is at most three bytes.
    this.#reserve(start + 4 + text.length * 3);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start + 4));
    this.#view.setUint32(start, written, true);
    this.#starts[this.count + 1] = start + 4 + written;
    return this.count++;
  }

  /** Bytes of text `index`, its length included. */
  sizeOf(index: number): number {
    return (this.#starts[index + 1] as number) - (this.#starts[index] as number);
  }

  /** Text `index` with its length before it. A view: valid until the next text is added. */
  plain(index: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[index], this.#starts[index + 1]);
  }

  /** All texts with their lengths. A view: valid until the next text is added. */
  all(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** Whether text `a` comes before text `b` in the order of their bytes. */
  isBefore(a: number, b: number): boolean {
    const bytes = this.#bytes;
    let atA = (this.#starts[a] as number) + 4;
    let atB = (this.#starts[b] as number) + 4;
    const endA = this.#starts[a + 1] as number;
    const endB = this.#starts[b + 1] as number;
    while (atA < endA && atB < endB && bytes[atA] === bytes[atB]) {
      atA++;
      atB++;
    }
    if (atA === endA || atB === endB) return endA - atA < endB - atB;
    return (bytes[atA] as number) < (bytes[atB] as number);
  }

  clear(): void {
    this.count = 0;
    // One huge text must not keep its space for the rest of the file.
    if (this.#bytes.length > MOST_KEPT) this.#replace(new Uint8Array(16 * 1024));
  }

  #reserve(length: number): void {
    if (length > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      longer.set(this.#bytes.subarray(0, this.length));
      this.#replace(longer);
    }
    if (this.count + 1 === this.#starts.length) {
      const longer = new Uint32Array(this.#starts.length * 2);
      longer.set(this.#starts);
      this.#starts = longer;
    }
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

const MOST_KEPT = 2 * 1024 * 1024;
