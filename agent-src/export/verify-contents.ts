import type { Column } from "../../contract/datasets/column.ts";
import { isoSeconds } from "../../contract/hours.ts";
import { readRowGroups } from "./parquet-read.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { SeriesKeys } from "./verify-series-keys.ts";

/** What reading a file's rows shows. Made without the writer's own sums, so that a mistake in those is seen. */
export interface Contents {
  /** By `totals` column of the dataset that the file has. */
  readonly sums: ReadonlyMap<string, ColumnSum>;
  /** A sentence for each column that must be the hour or the cluster in every row, and is not. */
  readonly foreign: readonly string[];
  /** A sentence when the dataset's key names a row twice. */
  readonly duplicates: readonly string[];
}

/** A column added up; nulls, NaN and infinities left out. */
export interface ColumnSum {
  readonly sum: number;
  /** The sum of the absolute values, which bounds the rounding errors of any order of addition. */
  readonly magnitude: number;
}

/**
 * Reads the rows of a file, a row group at a time.
 * @throws Error when the pages cannot be decoded
 */
export async function readContents(bytes: Uint8Array, subject: FileSubject): Promise<Contents> {
  const { dataset } = subject;
  const constants = new ConstantColumns(subject);
  const keys = dataset.job === "samples" ? new SeriesKeys(dataset.key) : new UniqueKeys(dataset.key);
  const sums = new Map<string, ColumnSum>();
  const names = new Set([...constants.names, ...dataset.key, ...dataset.totals]);
  for await (const { columns, rows } of readRowGroups(bytes, names)) {
    for (const row of rows) {
      constants.add(row);
      keys.add(row);
    }
    for (const name of dataset.totals) {
      if (columns.has(name)) sums.set(name, added(sums.get(name), rows, name));
    }
  }
  return { sums, foreign: constants.problems(), duplicates: keys.problems() };
}

type Cells = Readonly<Record<string, unknown>>;

function added(before: ColumnSum | undefined, rows: readonly Cells[], name: string): ColumnSum {
  let { sum, magnitude } = before ?? { sum: 0, magnitude: 0 };
  for (const row of rows) {
    const value = row[name];
    const number = typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) continue;
    sum += number;
    magnitude += Math.abs(number);
  }
  return { sum, magnitude };
}

/** Counts rows of another hour or cluster than the subject's. */
class ConstantColumns {
  readonly names: readonly string[];
  readonly #expected: readonly { readonly name: string; readonly value: string }[];
  readonly #others = new Map<string, { count: number; readonly first: string }>();

  constructor(subject: FileSubject) {
    this.#expected = subject.dataset.columns.flatMap((column) => {
      const value = constantOf(column, subject);
      return value === undefined ? [] : [{ name: column.name, value }];
    });
    this.names = this.#expected.map(({ name }) => name);
  }

  add(row: Cells): void {
    for (const { name, value } of this.#expected) {
      const found = textOf(row[name]);
      if (found === value) continue;
      const other = this.#others.get(name);
      if (other) other.count += 1;
      else this.#others.set(name, { count: 1, first: found });
    }
  }

  problems(): string[] {
    return this.#expected.flatMap(({ name, value }) => {
      const other = this.#others.get(name);
      if (!other) return [];
      const rows = `${other.count} row${other.count === 1 ? "" : "s"}`;
      return [`its "${name}" is not "${value}" in ${rows}, but for example ${JSON.stringify(other.first)}`];
    });
  }
}

function constantOf({ source }: Column, { clusterArn, hour }: FileSubject): string | undefined {
  if (source.from !== "run") return undefined;
  return source.value === "hour_start" ? isoSeconds(hour) : clusterArn;
}

function textOf(value: unknown): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return isoSeconds(value.getTime() / 1000);
  return String(value ?? null);
}

/** Finds rows whose key was there before. */
class UniqueKeys {
  readonly #names: readonly string[];
  readonly #seen = new Set<string>();
  #repeated = 0;
  #first = "";

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  add(row: Cells): void {
    const parts = this.#names.map((name) => {
      const value = row[name] ?? null;
      return value === null ? null : textOf(value);
    });
    const key = JSON.stringify(parts);
    if (!this.#seen.has(key)) {
      this.#seen.add(key);
      return;
    }
    this.#repeated += 1;
    this.#first ||= this.#names.map((name, index) => `${name}=${JSON.stringify(parts[index])}`).join(", ");
  }

  problems(): string[] {
    if (this.#repeated === 0) return [];
    const rows = this.#repeated === 1 ? "1 row repeats" : `${this.#repeated} rows repeat`;
    return [`${rows} the key of another, for example ${this.#first}`];
  }
}
