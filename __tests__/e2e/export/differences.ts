import assert from "node:assert/strict";
import type { FileRow } from "../readers/read-rows.ts";

type Cell = FileRow[string];

/** A number that may be off by `within`. */
export interface Around {
  readonly value: number;
  readonly within: number;
}

/** What a file's row has to hold, by column: every column of the file, told by a source and not by the agent. */
export type TrueRow = Readonly<Record<string, Cell | Around>>;

/** The same quantity added up in another order. */
const RELATIVE = 1e-9;

/**
 * Where the rows of a file are not the true ones, one line each: rows that are missing, too many or doubled, columns
 * that nobody told about, and values. @param keyOf finds a row's counterpart
 */
export function rowDifferences(
  rows: readonly FileRow[],
  truth: ReadonlyMap<string, TrueRow>,
  keyOf: (row: FileRow) => string,
): string[] {
  const found = new Set<string>();
  const differences: string[] = [];
  for (const row of rows) {
    const key = keyOf(row);
    const wanted = truth.get(key);
    if (found.has(key)) differences.push(`${key}: is there twice`);
    else if (!wanted) differences.push(`${key}: is too many`);
    else differences.push(...cellDifferences(key, row, wanted));
    found.add(key);
  }
  const missing = [...truth.keys()].filter((key) => !found.has(key));
  return [...differences, ...missing.map((key) => `${key}: is missing`)];
}

function cellDifferences(key: string, row: FileRow, wanted: TrueRow): string[] {
  const columns = new Set([...Object.keys(row), ...Object.keys(wanted)]);
  return [...columns].flatMap((column) => {
    const cell = row[column];
    const must = wanted[column];
    if (cell === undefined) return [`${key}: has no column "${column}"`];
    if (must === undefined) return [`${key}: nobody told about the column "${column}"`];
    return isSame(cell, must) ? [] : [`${key}: ${column} is "${cell}", must be ${JSON.stringify(must)}`];
  });
}

function isSame(cell: Cell, must: Cell | Around): boolean {
  if (typeof must === "number") return isAround(cell, { value: must, within: 0 });
  if (must === null || typeof must !== "object") return cell === must;
  return isAround(cell, must);
}

function isAround(cell: Cell, { value, within }: Around): boolean {
  return typeof cell === "number" && Math.abs(cell - value) <= within + RELATIVE * Math.abs(value);
}

/** Asserts that there are no differences; says how many there are, and the first. */
export function assertSameRows(differences: readonly string[]): void {
  assert.ok(
    differences.length === 0,
    `${differences.length} differences:\n${differences.slice(0, 20).join("\n")}`,
  );
}

/** Sums of the columns that hold numbers, times left out. */
export function columnSums(truth: ReadonlyMap<string, TrueRow>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of truth.values()) {
    for (const [column, must] of Object.entries(row)) {
      const value = typeof must === "object" ? must?.value : must;
      if (typeof value === "number" && !TIMES.has(column)) sums[column] = (sums[column] ?? 0) + value;
    }
  }
  return sums;
}

const TIMES: ReadonlySet<string> = new Set(["hour_start", "started_at", "ended_at", "last_seen"]);

/** Asserts that sums agree but for the order in which they were added. */
export function assertSums(
  found: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): void {
  for (const [column, sum] of Object.entries(wanted)) {
    const value = found[column];
    const close = value !== undefined && Math.abs(value - sum) <= 1e-9 * Math.abs(sum) + 1e-9;
    assert.ok(close, `"${column}" sums to ${value}, the source says ${sum}`);
  }
}
