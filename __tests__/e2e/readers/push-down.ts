import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ParquetQueryFilter } from "hyparquet";
import type { CellValue, Row } from "../../../contract/datasets/column.ts";
import { datasetOf } from "../../fakes/parquet-files.ts";
import {
  PUSH_DOWN_LIMITS,
  PUSH_DOWN_ROWS,
  PUSH_DOWN_SETS,
  type PushDownSet,
} from "../../fakes/push-down-sets.ts";
import type { Checks } from "../checks.ts";
import { runCommand } from "../ground/command.ts";
import { ensureReaders } from "../ground/parts.ts";
import { writeFuzzed } from "./fuzzed.ts";

/** A term of a filter: operator, type and text of the value. */
type Term = readonly [operator: string, type: string, text: string];

/** For each filter, the ids that a reader finds with statistics, and those it finds when it looks at every row. */
type Answers = readonly (readonly [pruned: readonly number[], whole: readonly number[]])[];

/** Filters that statistics can answer wrongly, in three readers against a look at every row. */
export async function checkPushDown(checks: Checks, directory: string): Promise<void> {
  const folder = join(directory, "push-down");
  await mkdir(folder);
  const sets = Object.entries(PUSH_DOWN_SETS);
  const asked = [];
  for (const [name, set] of sets)
    asked.push({ path: await writeSet(folder, name, set), filters: termsOf(set) });
  const question = join(folder, "question.json");
  await writeFile(question, JSON.stringify(asked));
  const script = join(import.meta.dirname, "push_down.py");
  const { stdout } = await runCommand(await ensureReaders(), [script, question]);
  const answers = JSON.parse(stdout) as Record<string, Answers>[];
  assert.equal(answers.length, sets.length);
  for (const [at, [name, set]] of sets.entries())
    await checks.check(`${name}: DuckDB, pyarrow and Polars find every row`, () =>
      assertFound(set, answers[at] ?? {}),
    );
}

function assertFound(set: PushDownSet, answers: Readonly<Record<string, Answers>>): void {
  assert.equal(Object.keys(answers).length, 3);
  const rows = rowsOf(set);
  const hasNaN = rows.some(({ x }) => Number.isNaN(x));
  for (const [reader, found] of Object.entries(answers)) {
    assert.equal(found.length, set.filters.length, reader);
    for (const [at, filter] of set.filters.entries()) {
      const [pruned, whole] = found[at] ?? [];
      assert.deepEqual({ reader, filter, ids: pruned }, { reader, filter, ids: whole });
      // Readers order NaN otherwise; about all else they agree with SQL.
      if (!hasNaN)
        assert.deepEqual({ reader, filter, ids: pruned }, { reader, filter, ids: matchingIds(rows, filter) });
    }
  }
}

async function writeSet(folder: string, name: string, set: PushDownSet): Promise<string> {
  const dataset = datasetOf({ id: "int64", x: set.type });
  return writeFuzzed(folder, name.replaceAll(",", ""), {
    dataset,
    rows: rowsOf(set),
    limits: PUSH_DOWN_LIMITS,
  });
}

function rowsOf({ valueAt }: PushDownSet): Row[] {
  return Array.from({ length: PUSH_DOWN_ROWS }, (_, index) => ({ id: index, x: valueAt(index) }));
}

function operatorsOf(filter: ParquetQueryFilter): [string, unknown][] {
  return Object.entries((filter as { x: Record<string, unknown> }).x);
}

function termsOf({ type, filters }: PushDownSet): Term[][] {
  const name = type.replace("?", "");
  return filters.map((filter) =>
    operatorsOf(filter).map(([operator, value]): Term => [
      operator,
      value === null ? "null" : name,
      textOf(value),
    ]),
  );
}

function textOf(value: unknown): string {
  if (value instanceof Date) return String(value.getTime());
  if (Array.isArray(value)) return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : String(value);
}

function matchingIds(rows: readonly Row[], filter: ParquetQueryFilter): number[] {
  return rows.filter(({ x = null }) => matches(x, operatorsOf(filter))).map(({ id }) => Number(id));
}

/** As SQL does: nothing but `is null` is true of null. */
function matches(value: CellValue, operators: readonly [string, unknown][]): boolean {
  return operators.every(([operator, wanted]) => {
    if (wanted === null || value === null) return wanted === null && value === null;
    if (Array.isArray(wanted)) return wanted.includes(value);
    const order = compare(value, wanted instanceof Date ? wanted.getTime() : wanted);
    switch (operator) {
      case "$eq":
        return order === 0;
      case "$ne":
        return order !== 0;
      case "$gt":
        return order > 0;
      case "$gte":
        return order >= 0;
      case "$lt":
        return order < 0;
      case "$lte":
        return order <= 0;
      default:
        throw new Error(`no operator "${operator}"`);
    }
  });
}

/** Texts by their bytes, -0 as 0. */
function compare(one: CellValue, two: unknown): number {
  if (typeof one === "string") return Buffer.compare(Buffer.from(one), Buffer.from(String(two)));
  const [left, right] = [one as number | bigint | boolean, two as number | bigint | boolean];
  return left < right ? -1 : left > right ? 1 : 0;
}
