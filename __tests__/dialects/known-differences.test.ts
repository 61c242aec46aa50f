import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { findDataset } from "../../contract/datasets/index.ts";
import {
  allowanceOf,
  boundText,
  PROMETHEUS_3_BETWEEN,
  PROMETHEUS_3_KNOWN,
  VICTORIA_METRICS,
  VICTORIA_METRICS_KNOWN,
} from "../e2e/dialects/known-differences.ts";

const ALL = [PROMETHEUS_3_BETWEEN, VICTORIA_METRICS].flatMap((known) => Object.values(known).flat());
const VICTORIA = VICTORIA_METRICS_KNOWN("container", "on the minute");
const ROW = { cpu_usage_core_seconds: 720, observed_seconds: 3600, cpu_usage_cores_max: 2, sample_count: 60 };

describe("what a dialect may differ in", () => {
  test.each([
    ["Prometheus 3", PROMETHEUS_3_BETWEEN],
    ["VictoriaMetrics", VICTORIA_METRICS],
  ])("are columns of the dictionary, each once: %s", (_, known) => {
    for (const [name, differences] of Object.entries(known)) {
      const columns = differences.flatMap((difference) => difference.columns);
      const dictionary = findDataset(name)?.columns.map((column) => column.name);
      expect(dictionary).toEqual(expect.arrayContaining([...columns]));
      expect(new Set(columns).size).toBe(columns.length);
    }
  });

  test("is what users are told", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/prometheus-servers.md"), "utf8");
    // The average's bound is told as following from the others'.
    const told = ALL.filter(({ columns }) => columns.join() !== "cpu_usage_cores_avg");
    for (const { columns, bound } of told) {
      for (const column of columns) expect(page).toContain(`\`${column}\``);
      expect(page).toContain(`up to ${boundText(bound).replace(" of usage", "")}`);
    }
  });

  test("is nothing in Prometheus 3 where every target is scraped at a minute's first instant", () => {
    for (const name of Object.keys(PROMETHEUS_3_BETWEEN))
      expect(PROMETHEUS_3_KNOWN(name, "on the minute")).toEqual({ differences: [] });
  });

  test("a counter may be off by the usage of some seconds, a rate by a share, a time by seconds", () => {
    const allowance = allowanceOf(VICTORIA);
    expect(allowance("cpu_usage_core_seconds", ROW)).toBeCloseTo(66 * 0.2, 6);
    expect(allowance("cpu_usage_cores_max", ROW)).toBeCloseTo(0.4, 6);
    expect(allowance("observed_seconds", ROW)).toBeCloseTo(60, 6);
  });

  test("a sample may not be off at all", () => {
    const allowance = allowanceOf(PROMETHEUS_3_KNOWN("samples", "between the minutes"));
    expect(allowance("value", { value: 0.1 })).toBe(0);
  });

  test("whatever is not known may be off by rounding only", () => {
    expect(allowanceOf(VICTORIA)("sample_count", ROW)).toBe(60e-12);
    expect(allowanceOf({ differences: [] })("cpu_usage_core_seconds", ROW)).toBe(720e-12);
  });
});
