import { describe, expect, test } from "@jest/globals";
import { createCellStore } from "../../../agent-src/export/fold.ts";
import type { ColumnType, Fold } from "../../../contract/datasets/column.ts";

function fold(
  how: Fold,
  values: readonly (readonly [number, number])[],
  type: ColumnType = "double",
): unknown {
  const cells = createCellStore(2);
  const row = cells.addRow();
  for (const [value, weight] of values) cells.foldNumber(row, 1, how, value, weight);
  expect(cells.read(row, 0, type, how)).toBeNull();
  return cells.read(row, 1, type, how);
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
    const cells = createCellStore(1);
    const [row, other] = [cells.addRow(), cells.addRow()];
    for (const text of ["OOMKilled", "", "Error", "OOMKilled"]) cells.foldText(row, 0, text);
    expect(cells.read(row, 0, "string", "text")).toBe("Error,OOMKilled");
    expect(cells.read(other, 0, "string", "text")).toBeNull();
  });

  test("rows stay apart while the store grows", () => {
    const cells = createCellStore(3);
    for (let index = 0; index < 5000; index++) cells.foldNumber(cells.addRow(), index % 3, "sum", index, 1);
    for (let index = 0; index < 5000; index++) {
      expect(cells.read(index, index % 3, "double", "sum")).toBe(index);
      expect(cells.read(index, (index + 1) % 3, "double", "sum")).toBeNull();
    }
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
