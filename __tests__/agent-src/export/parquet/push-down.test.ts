import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import { matchFilter } from "hyparquet/src/filter.js";
import type { Row } from "../../../../contract/datasets/column.ts";
import { datasetOf, encodeItems } from "../../../fakes/parquet-files.ts";
import {
  PUSH_DOWN_LIMITS,
  PUSH_DOWN_ROWS,
  PUSH_DOWN_SETS,
  type PushDownSet,
} from "../../../fakes/push-down-sets.ts";

async function encodeSet({ type, valueAt }: PushDownSet): Promise<{ bytes: Uint8Array; rows: Row[] }> {
  const rows = Array.from({ length: PUSH_DOWN_ROWS }, (_, index) => ({ id: index, x: valueAt(index) }));
  const { bytes } = await encodeItems(datasetOf({ id: "int64", x: type }), rows, PUSH_DOWN_LIMITS);
  return { bytes, rows };
}

/** A file that counts the bytes that were asked of it. */
function counted(bytes: Uint8Array) {
  const buffer = new Uint8Array(bytes).buffer;
  const file = {
    byteLength: buffer.byteLength,
    asked: 0,
    slice(start: number, end = buffer.byteLength): ArrayBuffer {
      file.asked += end - start;
      return buffer.slice(start, end);
    },
  };
  return file;
}

describe.each(Object.entries(PUSH_DOWN_SETS))("%s", (_, set) => {
  test("hyparquet finds with the page index what a look at every row finds", async () => {
    const { bytes } = await encodeSet(set);
    const file = new Uint8Array(bytes).buffer;
    const all = await parquetReadObjects({ file });
    expect(all.length).toBe(PUSH_DOWN_ROWS);
    for (const filter of set.filters) {
      const expected = all.filter((row) => matchFilter(row, filter)).map((row) => row["id"]);
      const found = await parquetReadObjects({ file, filter, usePageIndex: true });
      expect({ filter, ids: found.map((row) => row["id"]) }).toEqual({ filter, ids: expected });
    }
  });
});

test("a question about one page does not read the others", async () => {
  const { bytes } = await encodeSet(PUSH_DOWN_SETS["texts that are all different"] as PushDownSet);
  const filter = { x: { $eq: `00000-${"y".repeat(60)}` } };
  const [withIndex, without] = [counted(bytes), counted(bytes)];
  const columns = ["x"];
  const found = await parquetReadObjects({ file: withIndex, filter, columns, usePageIndex: true });
  expect(found).toEqual(await parquetReadObjects({ file: without, filter, columns }));
  expect(found).toHaveLength(1);
  expect(withIndex.asked).toBeLessThan(without.asked);
});

describe("DuckDB, which prunes by the statistics of row groups", () => {
  const directory = mkdtempSync(join(tmpdir(), "push-down-"));
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;

  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
    connection = await instance.connect();
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
    rmSync(directory, { recursive: true });
  });

  test.each<[keyof typeof PUSH_DOWN_SETS, string, (value: unknown) => boolean]>([
    ["ascending integers", "x = 500", (value) => value === 500],
    ["integers of 64 bits", "x = 9223372036854775807", (value) => value === 2n ** 63n - 1n],
    ["integers of 64 bits", "x IS NULL", (value) => value === null],
    ["zeros of both signs", "x = 0", (value) => value === 0],
    ["zeros of both signs", "x < 0", (value) => Number(value) < 0],
    // To DuckDB, NaN is above all numbers.
    ["NaN in one page only", "x > 5", (value) => Number.isNaN(value)],
    ["NaN in one page only", "isnan(x)", (value) => Number.isNaN(value)],
    ["infinities", "x > 1", (value) => value === Infinity],
    ["an emoji beside U+FF21", "x = '😀'", (value) => value === "😀"],
    ["an emoji beside U+FF21", "x > 'Ａ'", (value) => value === "😀"],
    ["texts that differ behind the 64th byte", "x LIKE '%/2-89'", (value) => /\/2-89$/.test(String(value))],
    ["texts of the last code points", "x = '0'", (value) => value === "0"],
    ["empty texts and nulls", "x = ''", (value) => value === ""],
    ["flags", "x", (value) => value === true],
  ])("%s: %s", async (name, condition, matches) => {
    const { bytes, rows } = await encodeSet(PUSH_DOWN_SETS[name] as PushDownSet);
    const path = join(directory, "set.parquet");
    writeFileSync(path, bytes);
    const answer = await connection.runAndReadAll(
      `SELECT count(*) FROM read_parquet('${path}') WHERE ${condition}`,
    );
    const expected = rows.filter((row) => matches(row["x"])).length;
    expect(Number(answer.getRows()[0]?.[0])).toBe(expected);
    expect(expected).toBeGreaterThan(0);
  });
});
