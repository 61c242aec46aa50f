import { createHash } from "node:crypto";

/** Rows of series: the key's last part is the time, its first one the metric. */
type Cells = Readonly<Record<string, unknown>>;

/**
 * Finds repeated keys in a file of raw samples, whose millions of keys do not fit into memory. Its rows are written
 * metric by metric and series by series, each in the order of time: a key is there once when every metric and every
 * series comes once and its times only grow. Held are the digests of one metric's series.
 */
export class SeriesKeys {
  readonly #parts: readonly string[];
  readonly #time: string;
  readonly #metrics = new Set<unknown>();
  readonly #series = new Set<string>();
  #last: Cells | undefined;
  #repeated = 0;
  #first = "";

  /** `names` are the columns of the key. */
  constructor(names: readonly string[]) {
    this.#parts = names.slice(0, -1);
    this.#time = names.at(-1) ?? "";
  }

  add(row: Cells): void {
    const isNext = this.#isSameSeries(row) ? this.#isLater(row) : this.#isNewSeries(row);
    this.#last = row;
    if (isNext) return;
    this.#repeated += 1;
    this.#first ||= [...this.#parts, this.#time].map((name) => `${name}=${show(row[name])}`).join(", ");
  }

  problems(): string[] {
    if (this.#repeated === 0) return [];
    const rows = this.#repeated === 1 ? "1 row repeats" : `${this.#repeated} rows repeat`;
    return [`${rows} the key of another, or the series of another place, for example ${this.#first}`];
  }

  #isSameSeries(row: Cells): boolean {
    const last = this.#last;
    return last !== undefined && this.#parts.every((name) => row[name] === last[name]);
  }

  #isLater(row: Cells): boolean {
    return Number(row[this.#time]) > Number(this.#last?.[this.#time]);
  }

  #isNewSeries(row: Cells): boolean {
    const [metric = ""] = this.#parts;
    const isSameMetric = this.#last !== undefined && this.#last[metric] === row[metric];
    if (!isSameMetric) this.#series.clear();
    if (!isSameMetric && this.#metrics.has(row[metric])) return false;
    this.#metrics.add(row[metric]);
    const text = JSON.stringify(this.#parts.map((name) => row[name] ?? null));
    const digest = createHash("sha256").update(text).digest("base64url");
    if (this.#series.has(digest)) return false;
    this.#series.add(digest);
    return true;
  }
}

function show(value: unknown): string {
  return JSON.stringify(value ?? null);
}
