import fc from "fast-check";
import type { CellValue, Column, Dataset, Row } from "../../contract/datasets/column.ts";
import type { RowItem } from "../../agent-src/export/hour-source.ts";
import { rowAt, SeriesRows } from "../../agent-src/export/series-rows.ts";
import { datasetOf } from "./parquet-files.ts";

const INT64: fc.Arbitrary<CellValue> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n, 2 ** 32, -(2 ** 32) - 1, -0),
  fc.maxSafeInteger(),
);
const TEXT = fc.oneof(
  fc.constantFrom(
    "",
    "a",
    "\ud800",
    "x\udc00y",
    "😀",
    "Ａ",
    "\uffff",
    "a\u0000b",
    "ab".repeat(40),
    "😀".repeat(20),
  ),
  fc.string({ unit: "binary", maxLength: 90 }),
);
const NUMBER = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324));
const MILLISECONDS = fc.integer({ min: -8.64e15, max: 8.64e15 });

/** Any value of a column's type; null too where it may be. */
export function cell({ type, nullable }: Pick<Column, "type" | "nullable">): fc.Arbitrary<CellValue> {
  const values = {
    string: TEXT,
    double: NUMBER,
    int64: INT64,
    boolean: fc.boolean(),
    timestamp: MILLISECONDS,
  }[type];
  return nullable ? fc.option<CellValue>(values, { freq: 3 }) : values;
}

/** Every type, with null and without. */
export const EVERY_TYPE = datasetOf(
  {
    id: "int64",
    text: "string",
    text_or_null: "string?",
    number: "double",
    number_or_null: "double?",
    whole_or_null: "int64?",
    flag: "boolean",
    flag_or_null: "boolean?",
    time: "timestamp",
    time_or_null: "timestamp?",
  },
  ["number", "number_or_null", "whole_or_null"],
);

/** A row of `EVERY_TYPE`. */
export const anyRow: fc.Arbitrary<Row> = fc.record(
  Object.fromEntries(EVERY_TYPE.columns.map((column) => [column.name, cell(column)])),
);

/** Rows that share a row of `EVERY_TYPE` but for a number and a time of their own. */
export function anySeries(most: number): fc.Arbitrary<SeriesRows> {
  return fc
    .tuple(anyRow, fc.nat({ max: most }), fc.array(NUMBER, { minLength: 1, maxLength: 5 }), MILLISECONDS)
    .map(([row, count, numbers, start]) => {
      const { number: _number, time: _time, ...shared } = row;
      const number = Float64Array.from({ length: count }, (_, at) => numbers[at % numbers.length] as number);
      const time = Float64Array.from({ length: count }, (_, at) => start - at * 1000 * Math.sign(start));
      return new SeriesRows(count, shared, { number, time });
    });
}

/** Each row of the items on its own. */
export function* singleRows(items: Iterable<RowItem>): Generator<Row> {
  for (const item of items) {
    if (!(item instanceof SeriesRows)) yield item;
    else for (let at = 0; at < item.count; at++) yield rowAt(item, at);
  }
}

/** How many rows a dataset's column has null in. */
export function nullsOf(dataset: Dataset, rows: readonly Row[]): Record<string, number> {
  return Object.fromEntries(
    dataset.columns.map(({ name }) => [name, rows.filter((row) => (row[name] ?? null) === null).length]),
  );
}
