import { describe, expect, test } from "@jest/globals";
import { SeriesRows } from "../../../../agent-src/export/series-rows.ts";
import { datasetOf, encodeItems } from "../../../fakes/parquet-files.ts";

const DATASET = datasetOf({
  name: "string",
  at: "timestamp",
  value: "double?",
  flag: "boolean?",
  whole: "int64?",
});
const GOOD = { at: Float64Array.of(1000, 2000, 3000), value: Float64Array.of(1, NaN, -0) };

describe("a value that does not fit, inside a series", () => {
  test.each<[string, Record<string, string | number | null>, Record<string, Float64Array>, string]>([
    [
      "a number for text that all rows share",
      { name: 5 },
      GOOD,
      'cannot hold 5 in column "name": expected text (row 1: name=5)',
    ],
    [
      "a time with a fraction, in its row",
      { name: "a" },
      { at: Float64Array.of(1000, 2000.5, 3000) },
      'cannot hold 2000.5 in column "at": expected whole milliseconds since 1970 (row 2: name="a")',
    ],
    [
      "NaN for a whole number",
      { name: "a" },
      { ...GOOD, whole: Float64Array.of(1, 2, NaN) },
      'cannot hold null in column "whole": expected a bigint of 64 bits or a safe integer or null (row 3: name="a")',
    ],
    [
      "numbers for text",
      {},
      { ...GOOD, name: Float64Array.of(1, 2, 3) },
      'cannot hold 1 in column "name": expected text (row 1: name=1)',
    ],
    [
      "numbers for flags",
      { name: "a" },
      { ...GOOD, flag: Float64Array.of(1, 0, 1) },
      'cannot hold 1 in column "flag": expected true or false or null (row 1: name="a")',
    ],
    [
      "a column that must have values and has none",
      { name: "a" },
      {},
      'cannot hold nothing in column "at": expected whole milliseconds since 1970 (row 1: name="a")',
    ],
    [
      "an unknown column of text",
      { name: "a", nonsense: "x" },
      GOOD,
      'cannot hold "x" in column "nonsense": which the dictionary does not have (row 1: name="a")',
    ],
    [
      "an unknown column of numbers",
      { name: "a" },
      { ...GOOD, nonsense: Float64Array.of(7, 8, 9) },
      'cannot hold 7 in column "nonsense": which the dictionary does not have (row 1: name="a")',
    ],
  ])("%s", async (_, shared, varying, message) => {
    const before = { name: "first", at: 0 };
    await expect(encodeItems(DATASET, [before, new SeriesRows(3, shared, varying)])).rejects.toThrow(
      new Error(`Dataset "fuzz" ${message}`),
    );
  });
});
