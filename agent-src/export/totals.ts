import type { Dataset, Row } from "../../contract/datasets/column.ts";

/** Sums of a dataset's `totals` columns, in the order of the rows so that the same rows give the same sums. */
export class Totals {
  readonly #sums: Map<string, number>;
  readonly #leftOut = new Map<string, number>();

  constructor(dataset: Dataset) {
    this.#sums = new Map(dataset.totals.map((name) => [name, 0]));
  }

  add(row: Row): void {
    for (const [name, sum] of this.#sums) {
      const value = row[name] ?? null;
      if (value === null) continue;
      const number = Number(value);
      if (Number.isFinite(number)) this.#sums.set(name, sum + number);
      else this.#leftOut.set(name, (this.#leftOut.get(name) ?? 0) + 1);
    }
  }

  sums(): Record<string, number> {
    return Object.fromEntries(this.#sums);
  }

  /** A sentence for each column that had values which cannot be summed. */
  warnings(): string[] {
    return [...this.#leftOut].map(
      ([name, count]) =>
        `total of "${name}" leaves out ${count} value${count === 1 ? "" : "s"} that are NaN or infinite`,
    );
  }
}
