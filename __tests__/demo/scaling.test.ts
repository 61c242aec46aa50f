import { describe, expect, test } from "@jest/globals";
import { DATASETS } from "../../contract/datasets/index.ts";
import { NEWEST_RECORDED, openRecordedData } from "../../demo/replay/recorded-data.ts";
import { factorsOf, sampleRule, scaleAllocation, scaleSample } from "../../demo/scaling.ts";

type Numbers = Readonly<Record<string, number>>;

describe("a recorded allocation at another load", () => {
  test("is the recorded one, untouched, at load 1", async () => {
    const rows = Object.values(await openRecordedData().openCost(NEWEST_RECORDED));
    for (const row of rows) expect(scaleAllocation(row, factorsOf(1))).toBe(row);
  });

  test("keeps OpenCost's own relations between fields, in every recorded row", async () => {
    const rows = Object.values(await openRecordedData().openCost(NEWEST_RECORDED)) as Numbers[];
    expect(rows.length).toBeGreaterThan(2_000);
    const factors = factorsOf(0.5);
    for (const recorded of rows) {
      const scaled = scaleAllocation(recorded, factors) as Numbers;
      const change =
        (scaled["cpuCost"] ?? 0) +
        (scaled["ramCost"] ?? 0) -
        ((recorded["cpuCost"] ?? 0) + (recorded["ramCost"] ?? 0));
      expect((scaled["totalCost"] ?? 0) - (recorded["totalCost"] ?? 0)).toBeCloseTo(change, 9);
      expect(scaled["cpuCost"]).toBeCloseTo((recorded["cpuCost"] ?? 0) * 0.75, 12);
      expect(scaled["cpuCoreHours"]).toBeCloseTo((recorded["cpuCoreHours"] ?? 0) * 0.75, 12);
      expect(scaled["cpuCoreUsageAverage"]).toBeCloseTo((recorded["cpuCoreUsageAverage"] ?? 0) * 0.5, 12);
      expect(scaled["gpuCost"]).toBe(recorded["gpuCost"]);
      expect(scaled["pvCost"]).toBe(recorded["pvCost"]);
      expect(scaled["minutes"]).toBe(recorded["minutes"]);
    }
  });

  test("has the efficiencies that its own usage and requests give", () => {
    const recorded = {
      cpuCoreRequestAverage: 2,
      cpuCoreUsageAverage: 1,
      cpuEfficiency: 0.5,
      cpuCost: 0.08,
      ramEfficiency: 0.8,
      ramCost: 0.02,
      totalCost: 0.1,
      totalEfficiency: 0.56,
    };
    const scaled = scaleAllocation(recorded, factorsOf(0.5)) as Numbers;
    const efficiency = (scaled["cpuCoreUsageAverage"] ?? 0) / (scaled["cpuCoreRequestAverage"] ?? 1);
    expect(scaled["cpuEfficiency"]).toBeCloseTo(efficiency, 12);
    expect(scaled["totalEfficiency"]).toBeCloseTo((efficiency * 0.06 + 0.8 * 0.015) / 0.075, 12);
    expect(scaled["totalCost"]).toBeCloseTo(0.075, 12);
  });
});

describe("a recorded sample at another load", () => {
  const factors = factorsOf(0.5);
  const sample = (value: string, resource = "cpu") => ({ value, labels: { resource } });

  test("has a rule for every query of the dictionary, and none for others", () => {
    const hourly = DATASETS.filter(({ job }) => job === undefined);
    for (const { id } of hourly.flatMap(({ queries }) => queries)) expect(() => sampleRule(id)).not.toThrow();
    expect(() => sampleRule("made_up")).toThrow('no rule for the query "made_up"');
  });

  test.each([
    ["load", "10", "cpu", "5"],
    ["fleet", "10", "cpu", "7.5"],
    ["cpu and memory by fleet", "10", "memory", "7.5"],
    ["cpu and memory by fleet", "1", "nvidia_com_gpu", "1"],
    ["same", "0.1234567890123456789", "cpu", "0.1234567890123456789"],
    ["load", "NaN", "cpu", "NaN"],
    ["fleet", "+Inf", "cpu", "+Inf"],
    ["instant", "1795345140", "cpu", "1795348740"],
  ] as const)("follows the rule %p: %s of %s becomes %s", (rule, value, resource, expected) => {
    expect(scaleSample(sample(value, resource), rule, factors, 3600)).toBe(expected);
  });

  test("keeps the recorded text where the load is 1", () => {
    expect(scaleSample(sample("0.1234567890123456789"), "load", factorsOf(1), 3600)).toBe(
      "0.1234567890123456789",
    );
  });
});
