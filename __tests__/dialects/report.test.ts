import { describe, expect, test } from "@jest/globals";
import type { ColumnDifference, TableComparison } from "../e2e/dialects/compare.ts";
import type { KnownDifference, KnownOfTable } from "../e2e/dialects/known-differences.ts";
import { NAN_POD } from "../e2e/dialects/not-a-number.ts";
import { assertAsKnown, comparisonText, knownText } from "../e2e/dialects/report.ts";

const KNOWN: KnownDifference = {
  columns: ["cpu", "disk"],
  bound: { of: "usage", seconds: 66, time: "seconds" },
  reason: "it counts otherwise",
};
const OF_TABLE: KnownOfTable = { differences: [KNOWN] };
const CPU: ColumnDifference = {
  column: "cpu",
  rows: 3,
  beyond: 0,
  absolute: 2,
  relative: 0.1,
  ofSum: 0.004,
  example: "a/app: 20 and 18",
};

function comparison(of: Partial<TableComparison>): TableComparison {
  return { common: 5, missing: [], added: [], compared: 9, differing: [], ...of };
}

describe("a comparison of dialects", () => {
  test("holds when columns differ as is known", () => {
    expect(() => assertAsKnown(comparison({ differing: [CPU] }), OF_TABLE)).not.toThrow();
  });

  test.each([
    [
      "a difference beyond its bound",
      { differing: [{ ...CPU, beyond: 1 }] },
      /cpu: 1 rows, as a\/app: 20 and 18/,
    ],
    ["a known difference that is gone", { differing: [] }, /cpu, disk agree now: it counts otherwise/],
    ["one that is down to rounding", { differing: [{ ...CPU, relative: 1e-15 }] }, /agree now/],
    ["a sum that is off", { differing: [{ ...CPU, ofSum: -0.02 }] }, /the sum of cpu is off by -2.00 %/],
    ["a row that is missing", { differing: [CPU], missing: ["a/app"] }, /a\/app/],
    ["a row too many", { differing: [CPU], added: ["b/app"] }, /b\/app/],
    ["no row at all", { differing: [CPU], common: 0 }, /no rows to compare/],
  ])("fails for %s", (_, of, message) => {
    expect(() => assertAsKnown(comparison(of), OF_TABLE)).toThrow(message);
  });

  test("may lack the rows of nothing but NaN where that is known, and only those", () => {
    const lacks = (...missing: string[]): TableComparison => comparison({ differing: [CPU], missing });
    const withoutNaN: KnownOfTable = { ...OF_TABLE, withoutNaN: true };
    const row = `web/${NAN_POD}/app`;
    expect(() => assertAsKnown(lacks(row), withoutNaN)).not.toThrow();
    expect(() => assertAsKnown(lacks(row), OF_TABLE)).toThrow(row);
    expect(() => assertAsKnown(lacks(row, "a/app"), withoutNaN)).toThrow("a/app");
    expect(() => assertAsKnown(lacks(), withoutNaN)).toThrow("are there now");
  });

  test("is told with what is let pass", () => {
    expect(knownText({ differences: [] })).toBe("to twelve digits");
    expect(knownText({ differences: [], toTheBit: true })).toBe("to the bit");
    expect(knownText({ ...OF_TABLE, withoutNaN: true })).toBe(
      "but for 1 known differences, within their bounds, and the rows of nothing but NaN",
    );
  });

  test("is told in a line per column that differs by more than rounding", () => {
    const rounding = { ...CPU, column: "memory", relative: 1e-15 };
    const [summary, , cpu, ...rest] = comparisonText(comparison({ differing: [CPU, rounding] }), [
      KNOWN,
    ]).split("\n");
    expect(summary).toBe("5 rows in both, 0 missing, 0 more; 7 of 9 columns equal, 1 to 12 digits, 1 not");
    expect(cpu).toMatch(/^cpu +3 +10\.00 % +2\.000 +0\.40 % +66 s of usage +a\/app: 20 and 18$/);
    expect(rest).toEqual([]);
  });
});
