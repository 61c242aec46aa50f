import type { FileRow } from "../readers/read-rows.ts";

/** How two tables differ in a column, over the rows that both have. */
export interface ColumnDifference {
  readonly column: string;
  /** Rows in which the two values are not the same. */
  readonly rows: number;
  /** Rows of those in which they differ by more than is allowed. */
  readonly beyond: number;
  /** Largest difference of two numbers, and the largest one as a share of the larger number. */
  readonly absolute: number;
  readonly relative: number;
  /** By how much the column's sum is off, as a share of the reference's; 0 where it holds no numbers. */
  readonly ofSum: number;
  /** The row that differs most, compared with what is allowed, and both its values. */
  readonly example: string;
}

/** How a table differs from the one it is compared with. */
export interface TableComparison {
  /** Rows that both have. */
  readonly common: number;
  /** Keys of rows that only one of them has. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** Columns that are compared, and those of them that differ. */
  readonly compared: number;
  readonly differing: readonly ColumnDifference[];
}

/** By how much a number of a column may be off, given the reference's row. */
export type Allowance = (column: string, row: FileRow) => number;

/** Compares two tables row by row. `key`: columns that make a row unique. @throws Error when they do not */
export function compareTables(
  reference: readonly FileRow[],
  other: readonly FileRow[],
  key: readonly string[],
  allowance: Allowance,
): TableComparison {
  const [left, right] = [byKey(reference, key), byKey(other, key)];
  const common = [...left.keys()].filter((name) => right.has(name));
  const columns = new Set([...reference, ...other].flatMap((row) => Object.keys(row)));
  const pairs = common.map((name): Pair => ({
    name,
    left: left.get(name) ?? {},
    right: right.get(name) ?? {},
  }));
  return {
    common: common.length,
    missing: [...left.keys()].filter((name) => !right.has(name)),
    added: [...right.keys()].filter((name) => !left.has(name)),
    compared: columns.size,
    differing: [...columns]
      .map((column) => compareColumn(column, pairs, allowance))
      .filter(({ rows }) => rows > 0),
  };
}

interface Pair {
  readonly name: string;
  readonly left: FileRow;
  readonly right: FileRow;
}

function byKey(rows: readonly FileRow[], key: readonly string[]): Map<string, FileRow> {
  const named = new Map(rows.map((row) => [key.map((column) => String(row[column])).join("/"), row]));
  if (named.size < rows.length) throw new Error(`"${key.join(", ")}" do not make ${rows.length} rows unique`);
  return named;
}

function compareColumn(column: string, pairs: readonly Pair[], allowance: Allowance): ColumnDifference {
  const found = { rows: 0, beyond: 0, absolute: 0, relative: 0, example: "" };
  let worst = -1;
  for (const { name, left, right } of pairs) {
    const [one, two] = [left[column], right[column]];
    if (Object.is(one, two)) continue;
    found.rows++;
    const absolute = distance(one, two);
    const allowed = allowance(column, left);
    if (absolute > allowed) found.beyond++;
    const excess = allowed > 0 ? absolute / allowed : Number.POSITIVE_INFINITY;
    if (excess > worst) found.example = `${name}: ${one} and ${two}`;
    worst = Math.max(worst, excess);
    if (!Number.isFinite(absolute)) continue;
    found.absolute = Math.max(found.absolute, absolute);
    found.relative = Math.max(
      found.relative,
      absolute / Math.max(Math.abs(Number(one)), Math.abs(Number(two))),
    );
  }
  const [one, two] = [
    sumOf(pairs.map(({ left }) => left[column])),
    sumOf(pairs.map(({ right }) => right[column])),
  ];
  return { column, ...found, ofSum: one === 0 ? 0 : (two - one) / one };
}

function sumOf(cells: readonly (FileRow[string] | undefined)[]): number {
  return cells.reduce<number>((sum, cell) => sum + (typeof cell === "number" ? cell : 0), 0);
}

/** Of two numbers; endless where only one has a value, or one is NaN, or they are texts. */
function distance(one: FileRow[string] | undefined, two: FileRow[string] | undefined): number {
  if (typeof one !== "number" || typeof two !== "number") return Number.POSITIVE_INFINITY;
  const absolute = Math.abs(one - two);
  return Number.isNaN(absolute) ? Number.POSITIVE_INFINITY : absolute;
}
