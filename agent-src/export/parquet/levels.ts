import type { HybridEncoder } from "./hybrid.ts";

/** Which rows of a column have a value: lengths of runs, present and null in turn, beginning with present. */
export class Levels {
  #runs = new Uint32Array(64);
  /** The run that grows. */
  #last = 0;
  /** The run that is read, and how much of it is left. */
  #read = 0;
  #left = 0;

  /** Adds `count` rows. */
  add(isPresent: boolean, count: number): void {
    const isPresentLast = (this.#last & 1) === 0;
    if (isPresentLast !== isPresent) this.#next();
    this.#runs[this.#last] = (this.#runs[this.#last] as number) + count;
  }

  /** Starts reading at the first row. */
  rewind(): void {
    this.#read = 0;
    this.#left = this.#runs[0] as number;
  }

  /** Writes the levels of the next `rows` rows; answers how many of them have a value. */
  take(rows: number, out: HybridEncoder): number {
    let present = 0;
    for (let missing = rows; missing > 0;) {
      if (this.#left === 0) {
        this.#left = this.#runs[++this.#read] as number;
        continue;
      }
      const taken = Math.min(this.#left, missing);
      const level = (this.#read & 1) === 0 ? 1 : 0;
      out.run(level, taken);
      present += level * taken;
      this.#left -= taken;
      missing -= taken;
    }
    return present;
  }

  clear(): void {
    this.#last = 0;
    this.#runs[0] = 0;
  }

  #next(): void {
    this.#last += 1;
    if (this.#last === this.#runs.length) {
      const longer = new Uint32Array(this.#runs.length * 2);
      longer.set(this.#runs);
      this.#runs = longer;
    }
    this.#runs[this.#last] = 0;
  }
}
