import { describe, expect, test } from "@jest/globals";
import { columnSums, rowDifferences, type TrueRow } from "../e2e/export/differences.ts";
import type { FileRow } from "../e2e/readers/read-rows.ts";

const truth = new Map<string, TrueRow>([
  ["a", { name: "a", cost: 1.5, note: null, size: { value: 10, within: 0.5 } }],
  ["b", { name: "b", cost: 2, note: "n", size: { value: 20, within: 0.5 } }],
]);
const rows: FileRow[] = [
  { name: "a", cost: 1.5, note: null, size: 10.4 },
  { name: "b", cost: 2, note: "n", size: 20 },
];
const keyOf = (row: FileRow): string => String(row["name"]);

describe("rows held to the truth", () => {
  test("do not differ when they are the true ones", () => {
    expect(rowDifferences(rows, truth, keyOf)).toEqual([]);
  });

  test.each<[string, FileRow[], string]>([
    ["a value", [{ ...rows[0], cost: 1.50001 }, rows[1] ?? {}], 'a: cost is "1.50001", must be 1.5'],
    [
      "a value that is missing",
      [{ ...rows[0], cost: null }, rows[1] ?? {}],
      'a: cost is "null", must be 1.5',
    ],
    ["a value that should be none", [{ ...rows[0], note: "" }, rows[1] ?? {}], 'a: note is "", must be null'],
    ["a value further off than allowed", [{ ...rows[0], size: 11 }, rows[1] ?? {}], "a: size is"],
    ["a row that is missing", rows.slice(1), "a: is missing"],
    ["a row that is too many", [...rows, { ...rows[0], name: "c" }], "c: is too many"],
    ["a row that is there twice", [...rows, rows[0] ?? {}], "a: is there twice"],
    [
      "a column without a truth",
      [{ ...rows[0], more: 1 }, rows[1] ?? {}],
      'a: nobody told about the column "more"',
    ],
  ])("tell of %s", (_, found, words) => {
    expect(rowDifferences(found, truth, keyOf)).toEqual([expect.stringContaining(words)]);
  });

  test("tell of a column that the file does not have", () => {
    const [{ note: _, ...without } = {}, other = {}] = rows;
    expect(rowDifferences([without, other], truth, keyOf)).toEqual(['a: has no column "note"']);
  });

  test("are added up by column", () => {
    expect(columnSums(truth)).toEqual({ cost: 3.5, size: 30 });
  });
});
