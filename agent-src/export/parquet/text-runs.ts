/** Stands for null among the numbers of texts. */
export const NULL = 0xffffffff;

/** Rows of a text column as runs of the same text, by its number. */
export class TextRuns {
  #numbers = new Uint32Array(256);
  #lengths = new Uint32Array(256);
  count = 0;
  /** Rows that are not null. */
  values = 0;

  /** The number of the last run; `NULL` for nulls. */
  get lastNumber(): number {
    return this.#numbers[this.count - 1] as number;
  }

  add(number: number, length: number): void {
    this.#push(number, length);
    this.values += length;
  }

  addNulls(length: number): void {
    this.#push(NULL, length);
  }

  /** Makes the last run longer. */
  extend(length: number): void {
    this.#lengths[this.count - 1] = (this.#lengths[this.count - 1] as number) + length;
    if (this.lastNumber !== NULL) this.values += length;
  }

  number(run: number): number {
    return this.#numbers[run] as number;
  }

  length(run: number): number {
    return this.#lengths[run] as number;
  }

  clear(): void {
    this.count = 0;
    this.values = 0;
  }

  #push(number: number, length: number): void {
    if (this.count === this.#numbers.length) {
      this.#numbers = doubled(this.#numbers);
      this.#lengths = doubled(this.#lengths);
    }
    this.#numbers[this.count] = number;
    this.#lengths[this.count] = length;
    this.count += 1;
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(array.length * 2);
  longer.set(array);
  return longer;
}
