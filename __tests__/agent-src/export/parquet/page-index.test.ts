import { describe, expect, test } from "@jest/globals";
import type { ColumnIndex, OffsetIndex, RowGroup, SchemaElement } from "hyparquet";
import { readColumnIndex, readOffsetIndex } from "hyparquet/src/indexes.js";
import type { CellValue } from "../../../../contract/datasets/column.ts";
import { readFooter } from "../../../../agent-src/export/parquet-read.ts";
import { BOUND_BYTES } from "../../../../agent-src/export/parquet/limits.ts";
import { datasetOf, encodeItems } from "../../../fakes/parquet-files.ts";
import { PUSH_DOWN_LIMITS, PUSH_DOWN_ROWS, PUSH_DOWN_SETS } from "../../../fakes/push-down-sets.ts";

/** The index of a column; undefined where the file has none. */
function indexOf(bytes: Uint8Array, group: RowGroup, element: SchemaElement) {
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === element.name);
  const viewOf = (offset: bigint | undefined, length: number | undefined) =>
    offset === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset + Number(offset), length);
  const column = viewOf(chunk?.column_index_offset, chunk?.column_index_length);
  const offset = viewOf(chunk?.offset_index_offset, chunk?.offset_index_length);
  return {
    column: column && readColumnIndex({ view: column, offset: 0 }, element),
    offset: offset && readOffsetIndex({ view: offset, offset: 0 }),
    statistics: chunk?.meta_data?.statistics,
  };
}

/** In the format's order: text by its bytes, all else by value. */
function order(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  const [one, other] = [a, b].map((value) => (value instanceof Date ? value.getTime() : value)) as [
    bigint,
    bigint,
  ];
  return one < other ? -1 : one > other ? 1 : 0;
}

function pagesOf(values: readonly CellValue[], { page_locations }: OffsetIndex): CellValue[][] {
  const starts = [...page_locations.map(({ first_row_index }) => Number(first_row_index)), values.length];
  return page_locations.map((_, at) => values.slice(starts[at], starts[at + 1]));
}

function expectBounds(values: readonly CellValue[], min: unknown, max: unknown): void {
  const present = values.filter((value) => value !== null);
  expect(present.filter((value) => order(value, min) < 0 || order(value, max) > 0)).toEqual([]);
  const exact = present.map((value) => (typeof value === "string" ? Buffer.byteLength(value) : 0));
  if (Math.max(...exact) > BOUND_BYTES) return;
  expect(present.some((value) => order(value, min) === 0)).toBe(true);
  expect(present.some((value) => order(value, max) === 0)).toBe(true);
}

function expectIndex(values: readonly CellValue[], index: ColumnIndex, offset: OffsetIndex): void {
  const pages = pagesOf(values, offset);
  pages.forEach((page, at) => {
    const nulls = page.filter((value) => value === null).length;
    expect(Number(index.null_counts?.[at])).toBe(nulls);
    expect(index.null_pages[at]).toBe(nulls === page.length);
    if (nulls < page.length) expectBounds(page, index.min_values[at], index.max_values[at]);
  });
  const present = pages.flatMap((_, at) => (index.null_pages[at] ? [] : [at]));
  const steps = present.slice(1).flatMap((at, before) => {
    const last = present[before] as number;
    return [
      order(index.min_values[last], index.min_values[at]),
      order(index.max_values[last], index.max_values[at]),
    ];
  });
  const expected = steps.every((step) => step <= 0)
    ? "ASCENDING"
    : steps.every((step) => step >= 0)
      ? "DESCENDING"
      : "UNORDERED";
  expect(index.boundary_order).toBe(expected);
}

describe.each(Object.entries(PUSH_DOWN_SETS))("%s", (name, { type, valueAt }) => {
  test("the index tells of each page its rows, nulls and bounds", async () => {
    const values = Array.from({ length: PUSH_DOWN_ROWS }, (_, index) => valueAt(index));
    const dataset = datasetOf({ id: "int64", x: type });
    const { bytes } = await encodeItems(
      dataset,
      values.map((x, id) => ({ id, x })),
      PUSH_DOWN_LIMITS,
    );
    const { file } = readFooter(bytes);
    const element = file.schema[2] as SchemaElement;
    let from = 0;
    for (const group of file.row_groups) {
      const rows = values.slice(from, (from += Number(group.num_rows)));
      const { column, offset, statistics } = indexOf(bytes, group, element);
      expect(Number(statistics?.null_count)).toBe(rows.filter((value) => value === null).length);
      const isOpen = rows.some((value) => Number.isNaN(value));
      const isNull = rows.every((value) => value === null);
      if (isOpen || isNull) expect(statistics).toEqual({ null_count: statistics?.null_count });
      else if (statistics?.min_value !== undefined) {
        expectBounds(rows, statistics.min_value, statistics.max_value);
      } else expect(name).toBe("texts of the last code points");
      if (group === file.row_groups[0]) expect(offset?.page_locations.length).toBeGreaterThan(1);
      if (column && offset) expectIndex(rows, column, offset);
      else if (offset) expect(isOpen || name === "texts of the last code points").toBe(true);
    }
  });
});

test("zeros get the signs that hold for readers who tell them apart", async () => {
  const dataset = datasetOf({ x: "double" });
  for (const zeros of [
    [0, 0],
    [-0, -0],
    [0, -0],
  ]) {
    const { bytes } = await encodeItems(
      dataset,
      zeros.map((x) => ({ x })),
    );
    const statistics = readFooter(bytes).file.row_groups[0]?.columns[0]?.meta_data?.statistics;
    expect([statistics?.min_value, statistics?.max_value]).toEqual([-0, 0]);
  }
});

test("bounds of long texts are short, above and below, and say that they are no values", async () => {
  const dataset = datasetOf({ x: "string" });
  const { bytes } = await encodeItems(dataset, [{ x: "é".repeat(500_000) }, { x: "ÿ".repeat(40) }]);
  const statistics = readFooter(bytes).file.row_groups[0]?.columns[0]?.meta_data?.statistics;
  expect(statistics).toMatchObject({
    min_value: "é".repeat(32),
    max_value: "ÿ".repeat(31) + "Ā",
    is_min_value_exact: false,
    is_max_value_exact: false,
  });
});
