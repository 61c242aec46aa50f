import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readTotals } from "../../../../agent-src/export/parquet-read.ts";
import { ROW_GROUP_ROWS } from "../../../../agent-src/export/parquet/limits.ts";
import { rowAt, SeriesRows } from "../../../../agent-src/export/series-rows.ts";
import { anyRow, anySeries, EVERY_TYPE, singleRows } from "../../../fakes/parquet-arbitraries.ts";
import { datasetOf, encodeItems, firstDifference, readItems, SMALL } from "../../../fakes/parquet-files.ts";

const items = fc.array(fc.oneof(anyRow, anySeries(40)), { maxLength: 40 });

describe("what is encoded is what is read", () => {
  test("rows and series of every type, with every value that breaks writers", async () => {
    await fc.assert(
      fc.asyncProperty(items, async (added) => {
        const { bytes, file } = await encodeItems(EVERY_TYPE, added);
        const rows = [...singleRows(added)];
        expect(file.rows).toBe(rows.length);
        expect(firstDifference(EVERY_TYPE, await readItems(EVERY_TYPE, bytes), rows)).toBeUndefined();
      }),
      { numRuns: 80 },
    );
  });

  test("rows and runs in several pages and row groups", async () => {
    const many = fc.array(fc.oneof(anyRow, anySeries(150)), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(many, async (added) => {
        const { bytes } = await encodeItems(EVERY_TYPE, added, SMALL);
        const rows = [...singleRows(added)];
        expect(firstDifference(EVERY_TYPE, await readItems(EVERY_TYPE, bytes), rows)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test("the same rows are the same values and totals, whether they come singly or as series", async () => {
    await fc.assert(
      fc.asyncProperty(items, async (added) => {
        const rows = [...singleRows(added)];
        const [mixed, single] = [await encodeItems(EVERY_TYPE, added), await encodeItems(EVERY_TYPE, rows)];
        expect(single.file).toEqual(mixed.file);
        if (rows.length > 0) expect(await readTotals(mixed.bytes, EVERY_TYPE)).toEqual(mixed.file.totals);
      }),
      { numRuns: 80 },
    );
  });

  test("one series that is longer than a row group", async () => {
    const dataset = datasetOf({ name: "string", at: "timestamp", value: "double?" }, ["value"]);
    const count = 2 * ROW_GROUP_ROWS + 7;
    const at = Float64Array.from({ length: count }, (_, index) => index * 1000);
    const series = new SeriesRows(count, { name: "one" }, { at, value: at.map((time) => time / 7) });
    const { bytes, file } = await encodeItems(dataset, [series]);
    const read = await readItems(dataset, bytes);
    expect(file.rows).toBe(count);
    for (const index of [0, ROW_GROUP_ROWS - 1, ROW_GROUP_ROWS, count - 1]) {
      const expected = rowAt(series, index);
      expect(read[index]).toEqual({ ...expected, at: BigInt(index * 1000) });
    }
    expect(await readTotals(bytes, dataset)).toEqual(file.totals);
  });

  test("texts of a megabyte, alike and different, and columns of nulls only", async () => {
    const dataset = datasetOf({ id: "int64", text: "string?", none: "string?", never: "double?" });
    const rows = Array.from({ length: 30 }, (_, id) => ({
      id,
      text: id % 3 === 0 ? null : `${id % 7}`.padStart(1_000_000, "é"),
      none: null,
      never: null,
    }));
    const { bytes } = await encodeItems(dataset, rows);
    expect(firstDifference(dataset, await readItems(dataset, bytes), rows)).toBeUndefined();
  });
});
