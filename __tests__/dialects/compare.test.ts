import { describe, expect, test } from "@jest/globals";
import { compareTables } from "../e2e/dialects/compare.ts";

const KEY = ["pod", "container"];
const EXACT = (): number => 0;

function row(
  pod: string,
  cells: Record<string, string | number | null> = {},
): Record<string, string | number | null> {
  return { pod, container: "app", ...cells };
}

describe("two tables of the same hour", () => {
  test("are equal whatever the order of their rows", () => {
    const comparison = compareTables([row("a"), row("b")], [row("b"), row("a")], KEY, EXACT);
    expect(comparison).toEqual({ common: 2, missing: [], added: [], compared: 2, differing: [] });
  });

  test("name the rows that only one of them has", () => {
    const { common, missing, added } = compareTables([row("a"), row("b")], [row("b"), row("c")], KEY, EXACT);
    expect([common, missing, added]).toEqual([1, ["a/app"], ["c/app"]]);
  });

  test("tell by how much a column is off, in rows and in its sum, and show the worst row", () => {
    const left = [row("a", { cpu: 10 }), row("b", { cpu: 100 }), row("c", { cpu: 1 })];
    const right = [row("a", { cpu: 12 }), row("b", { cpu: 99 }), row("c", { cpu: 1 })];
    const [cpu] = compareTables(left, right, KEY, () => 1.5).differing;
    expect(cpu).toEqual({
      column: "cpu",
      rows: 2,
      beyond: 1,
      absolute: 2,
      relative: 2 / 12,
      ofSum: 1 / 111,
      example: "a/app: 10 and 12",
    });
  });

  test.each([
    ["a value and none", 1, null],
    ["two texts", "node-1", "node-2"],
    ["a number and no number", 1, NaN],
    ["a number and an endless one", 1, Infinity],
  ])("%s are beyond any allowance", (_, one, two) => {
    const [cell] = compareTables(
      [row("a", { cell: one })],
      [row("a", { cell: two })],
      KEY,
      () => 1e9,
    ).differing;
    expect(cell).toMatchObject({ rows: 1, beyond: 1 });
  });

  test("a column that only one of them has differs", () => {
    const { differing } = compareTables([row("a")], [row("a", { cpu: 1 })], KEY, EXACT);
    expect(differing).toMatchObject([{ column: "cpu", beyond: 1, example: "a/app: undefined and 1" }]);
  });

  test("a missing value on both sides is the same, and so is NaN", () => {
    const table = [row("a", { limit: null, cpu: NaN })];
    expect(compareTables(table, [row("a", { limit: null, cpu: NaN })], KEY, EXACT).differing).toEqual([]);
  });

  test("with a key that is not unique are refused", () => {
    expect(() => compareTables([row("a"), row("a")], [], KEY, EXACT)).toThrow(
      '"pod, container" do not make 2 rows unique',
    );
  });
});
