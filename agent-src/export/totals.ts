import type { CellValue, Dataset, Row } from "../../contract/datasets/column.ts";
import type { SeriesRows } from "./series-rows.ts";

/** Sums of a dataset's `totals` columns, in the order of the rows so that the same rows give the same sums. */
export class Totals {
  readonly #sums: Map<string, number>;
  readonly #leftOut = new Map<string, number>();

  constructor(dataset: Dataset) {
    this.#sums = new Map(dataset.totals.map((name) => [name, 0]));
  }

  add(row: Row): void {
    for (const name of this.#sums.keys()) this.#addTo(name, row[name] ?? null, 1);
  }

  /** Adds the rows of a series, one after the other. */
  addSeries({ count, shared, varying }: SeriesRows): void {
    for (const name of this.#sums.keys()) {
      const numbers = varying[name];
      if (numbers) this.#addNumbers(name, numbers);
      else this.#addTo(name, shared[name] ?? null, count);
    }
  }

  sums(): Record<string, number> {
    return Object.fromEntries(this.#sums);
  }

  /** A sentence for each column that had values which cannot be summed. */
  warnings(): string[] {
    return [...this.#sums.keys()].flatMap((name) => {
      const count = this.#leftOut.get(name);
      if (count === undefined) return [];
      return [
        `total of "${name}" leaves out ${count} value${count === 1 ? "" : "s"} that are NaN or infinite`,
      ];
    });
  }

  #addTo(name: string, value: CellValue, count: number): void {
    if (value === null) return;
    const number = Number(value);
    if (!Number.isFinite(number)) return this.#leaveOut(name, count);
    let sum = this.#sums.get(name) ?? 0;
    // Not number * count: rounded at each step, as a reader does who adds up the rows.
    for (let time = 0; time < count; time++) sum += number;
    this.#sums.set(name, sum);
  }

  #addNumbers(name: string, numbers: Float64Array): void {
    let sum = this.#sums.get(name) ?? 0;
    let leftOut = 0;
    for (const number of numbers) {
      if (Number.isFinite(number)) sum += number;
      else leftOut += 1;
    }
    this.#sums.set(name, sum);
    if (leftOut > 0) this.#leaveOut(name, leftOut);
  }

  #leaveOut(name: string, count: number): void {
    if (count > 0) this.#leftOut.set(name, (this.#leftOut.get(name) ?? 0) + count);
  }
}
