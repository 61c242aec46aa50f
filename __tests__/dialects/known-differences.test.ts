import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { container } from "../../contract/datasets/container.ts";
import {
  allowanceOf,
  boundText,
  PROMETHEUS_3_BETWEEN,
  PROMETHEUS_3_ON_MINUTE,
  VICTORIA_METRICS_ALWAYS,
  type KnownDifference,
} from "../e2e/dialects/known-differences.ts";

const ALL = [...PROMETHEUS_3_BETWEEN, ...PROMETHEUS_3_ON_MINUTE, ...VICTORIA_METRICS_ALWAYS];
const ROW = { cpu_usage_core_seconds: 720, observed_seconds: 3600, cpu_usage_cores_max: 2, sample_count: 60 };

describe("what a dialect may differ in", () => {
  test.each([PROMETHEUS_3_BETWEEN, PROMETHEUS_3_ON_MINUTE, VICTORIA_METRICS_ALWAYS])(
    "are columns of the dictionary, each once",
    (...known: readonly KnownDifference[]) => {
      const columns = known.flatMap((difference) => difference.columns);
      const dictionary = container.columns.map(({ name }) => name);
      expect(dictionary).toEqual(expect.arrayContaining(columns));
      expect(new Set(columns).size).toBe(columns.length);
    },
  );

  test("is what users are told", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/prometheus-servers.md"), "utf8");
    // The average's bound is told as following from the others'.
    const told = ALL.filter(({ columns }) => columns.join() !== "cpu_usage_cores_avg");
    for (const { columns, bound } of told) {
      for (const column of columns) expect(page).toContain(`\`${column}\``);
      expect(page).toContain(`up to ${boundText(bound).replace(" of usage", "")}`);
    }
  });

  test("a counter may be off by the usage of some seconds, a rate by a share, a time by seconds", () => {
    const allowance = allowanceOf(VICTORIA_METRICS_ALWAYS);
    expect(allowance("cpu_usage_core_seconds", ROW)).toBeCloseTo(66 * 0.2, 6);
    expect(allowance("cpu_usage_cores_max", ROW)).toBeCloseTo(0.4, 6);
    expect(allowance("observed_seconds", ROW)).toBeCloseTo(60, 6);
  });

  test("whatever is not known may be off by rounding only", () => {
    expect(allowanceOf(VICTORIA_METRICS_ALWAYS)("sample_count", ROW)).toBe(60e-12);
    expect(allowanceOf([])("cpu_usage_core_seconds", ROW)).toBe(720e-12);
  });
});
