import { beforeAll, describe, expect, test } from "@jest/globals";
import { checkCosts } from "../../e2e/ground/generator/check-costs.ts";
import { compareHour, lineHolds, type ComparedHour } from "../../e2e/ground/generator/cost-table.ts";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";

const plan = generateCluster({ seed: "1", pods: 100, hours: 2 });

describe("expected costs of a generated cluster, from integrals alone", () => {
  let compared: ComparedHour;
  beforeAll(async () => {
    compared = await checkCosts(plan);
  });

  test("are those of the stand-in and of the agent's rows, row by row", () => {
    expect(compared.faults).toEqual([]);
  });

  test("are those of the stand-in and of the agent's rows, in sum", () => {
    expect(compared.lines).toHaveLength(16);
    expect(compared.lines.filter((line) => !lineHolds(line))).toEqual([]);
  });

  test("are of something in every kind", () => {
    const nothing = compared.lines.filter(({ expected }) => expected < 0.01);
    expect(nothing).toEqual([]);
  });

  test("tell of rows that are missing", () => {
    const { faults } = compareHour(plan, plan.from, []);
    expect(faults.length).toBeGreaterThan(100);
    expect(faults[0]).toMatch(/is missing$/);
  });

  test("tell of a row that is too many and of one that costs too much", () => {
    const idle = { name: "__idle__", properties: { cluster: "lab" }, cpuCost: 1000 };
    const stray = { name: "web/stray/app", properties: { namespace: "web", pod: "stray", container: "app" } };
    const { faults } = compareHour(plan, plan.from, [idle, stray]);
    expect(faults).toContain("web/stray/app is too many");
    expect(faults.some((fault) => fault.startsWith('__idle__: cpu costs "1000" by OpenCost'))).toBe(true);
  });
});
