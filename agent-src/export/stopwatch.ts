import type { RowItem } from "./hour-source.ts";

/** Where the milliseconds of a dataset-hour went. */
export interface Spent {
  /** Until the next row was there: the sources' answers, and reading them. */
  readonly sources: number;
  /** Until bytes were handed to the sink, or were read back from it. */
  readonly sink: number;
  /** All the rest: checking and encoding rows. */
  readonly encoding: number;
}

/** Adds up where the time of a dataset-hour goes. `clock` tells milliseconds from any start on. */
export class Stopwatch {
  readonly #clock: () => number;
  readonly #startedAt: number;
  #sources = 0;
  #sink = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** The rows as they come, with the time until each of them. */
  async *reading(rows: AsyncIterable<RowItem>): AsyncGenerator<RowItem, void, undefined> {
    let asked = this.#clock();
    for await (const row of rows) {
      this.#sources += this.#clock() - asked;
      yield row;
      asked = this.#clock();
    }
    this.#sources += this.#clock() - asked;
  }

  /** What `work` with the sink returns. */
  async storing<T>(work: () => Promise<T>): Promise<T> {
    const startedAt = this.#clock();
    try {
      return await work();
    } finally {
      this.#sink += this.#clock() - startedAt;
    }
  }

  spent(): Spent {
    const encoding = this.#clock() - this.#startedAt - this.#sources - this.#sink;
    return { sources: this.#sources, sink: this.#sink, encoding };
  }
}
