import { describe, expect, test } from "@jest/globals";
import { createCells, foldNumber, foldText, readCell } from "../../../agent-src/export/fold.ts";
import type { ColumnType, Fold } from "../../../contract/datasets/column.ts";

const SOURCE = { from: "prometheus", query: "q" } as const;

function fold(
  how: Fold,
  values: readonly (readonly [number, number])[],
  type: ColumnType = "double",
): unknown {
  const cells = createCells(1);
  for (const [value, weight] of values) foldNumber(cells, 0, how, value, weight);
  return readCell(cells, 0, { type, source: SOURCE }, how);
}

describe("several series of one row", () => {
  test("sums add up", () => {
    expect(
      fold("sum", [
        [1, 10],
        [2, 1],
      ]),
    ).toBe(3);
  });

  test("means are weighted by samples", () => {
    expect(
      fold("mean", [
        [10, 30],
        [40, 10],
      ]),
    ).toBe(17.5);
  });

  test("the largest is taken, also of negative values", () => {
    expect(
      fold("max", [
        [-3, 1],
        [-1, 1],
        [-2, 1],
      ]),
    ).toBe(-1);
  });

  test("NaN loses to any number, as in PromQL, in any order", () => {
    expect(
      fold("max", [
        [NaN, 1],
        [1, 1],
      ]),
    ).toBe(1);
    expect(
      fold("max", [
        [1, 1],
        [NaN, 1],
      ]),
    ).toBe(1);
    expect(fold("max", [[NaN, 1]])).toBeNaN();
    expect(
      fold("max", [
        [NaN, 1],
        [-Infinity, 1],
      ]),
    ).toBe(-Infinity);
  });

  test("nothing is null, which is not zero and not NaN", () => {
    expect(fold("sum", [])).toBeNull();
    expect(fold("sum", [[0, 1]])).toBe(0);
    expect(fold("mean", [[NaN, 1]])).toBeNaN();
  });

  test("distinct texts are joined in order", () => {
    const cells = createCells(1);
    for (const text of ["OOMKilled", "", "Error", "OOMKilled"]) foldText(cells, 0, text);
    expect(readCell(cells, 0, { type: "string", source: SOURCE }, "text")).toBe("Error,OOMKilled");
    expect(readCell(createCells(1), 0, { type: "string", source: SOURCE }, "text")).toBeNull();
  });
});

describe("types", () => {
  test("seconds become milliseconds", () => {
    expect(fold("max", [[1795345140.5, 1]], "timestamp")).toBe(1795345140500);
  });

  test("a whole number that is none is null", () => {
    expect(fold("sum", [[NaN, 1]], "int64")).toBeNull();
    expect(fold("sum", [[Infinity, 1]], "timestamp")).toBeNull();
    expect(fold("sum", [[2.0000001, 1]], "int64")).toBe(2);
  });
});
