import assert from "node:assert/strict";
import type { ColumnDifference, TableComparison } from "./compare.ts";
import { boundText, type KnownDifference, type KnownOfTable } from "./known-differences.ts";
import { NAN_POD } from "./not-a-number.ts";

// Beyond the twelve digits with which the history is written.
const SHOWN_FROM = 1e-12;

/** What a single row may be off by evens out over a cluster: no column's sum is off by more. */
const SUM_WITHIN = 0.01;

/** A comparison as a table for people: one line per column that differs by more than rounding. */
export function comparisonText(comparison: TableComparison, known: readonly KnownDifference[]): string {
  const { common, missing, added, compared, differing } = comparison;
  const shown = differing.filter(isMoreThanRounding);
  const rounded = differing.length - shown.length;
  const lines = shown.map((difference) => {
    const bound = known.find(({ columns }) => columns.includes(difference.column))?.bound;
    return [
      difference.column.padEnd(26),
      String(difference.rows).padStart(6),
      percent(difference.relative).padStart(10),
      difference.absolute.toPrecision(4).padStart(12),
      percent(difference.ofSum).padStart(10),
      (bound ? boundText(bound) : "none").padStart(16),
      `  ${difference.example}`,
    ].join(" ");
  });
  return [
    `${common} rows in both, ${missing.length} missing, ${added.length} more; ${compared - differing.length} of ${compared} columns equal, ${rounded} to 12 digits, ${shown.length} not`,
    ...(lines.length > 0 ? [HEADER, ...lines] : []),
  ].join("\n");
}

const HEADER = `${"column".padEnd(26)} ${"rows".padStart(6)} ${"at most".padStart(10)} ${"which is".padStart(12)} ${"of the sum".padStart(10)} ${"bound".padStart(16)}   row, Prometheus 2.42's value and the other`;

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function isMoreThanRounding({ beyond, relative }: ColumnDifference): boolean {
  return beyond > 0 || relative > SHOWN_FROM;
}

/** What is let pass, in words. */
export function knownText({ differences, toTheBit, withoutNaN }: KnownOfTable): string {
  const parts = [
    ...(differences.length > 0 ? [`${differences.length} known differences, within their bounds`] : []),
    ...(withoutNaN ? ["the rows of nothing but NaN"] : []),
  ];
  return parts.length > 0 ? `but for ${parts.join(", and ")}` : toTheBit ? "to the bit" : "to twelve digits";
}

/**
 * Asserts that the tables have the same rows, differ only where that is known, and only by as much, in a row and in
 * all; and that each known difference is there, so that nobody reads about one that is gone.
 */
export function assertAsKnown(comparison: TableComparison, { differences, withoutNaN }: KnownOfTable): void {
  const { added, differing } = comparison;
  assert.ok(comparison.common > 0, "there are no rows to compare");
  const ofNaN = comparison.missing.filter((name) => name.split("/").includes(NAN_POD));
  const missing = comparison.missing.filter((name) => !(withoutNaN && ofNaN.includes(name)));
  assert.deepEqual({ missing, added }, { missing: [], added: [] });
  if (withoutNaN) assert.ok(ofNaN.length > 0, "rows of nothing but NaN are there now");
  const beyond = differing.filter((difference) => difference.beyond > 0);
  assert.deepEqual(
    beyond.map(({ column, beyond: rows, example }) => `${column}: ${rows} rows, as ${example}`),
    [],
  );
  const uneven = differing.filter(({ ofSum }) => Math.abs(ofSum) > SUM_WITHIN);
  assert.deepEqual(
    uneven.map(({ column, ofSum }) => `the sum of ${column} is off by ${percent(ofSum)}`),
    [],
  );
  const seen = new Set(differing.filter(isMoreThanRounding).map(({ column }) => column));
  const gone = differences.filter(({ columns }) => !columns.some((column) => seen.has(column)));
  assert.deepEqual(
    gone.map(({ columns, reason }) => `${columns.join(", ")} agree now: ${reason}`),
    [],
  );
}
