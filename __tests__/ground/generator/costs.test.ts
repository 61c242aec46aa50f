import { beforeAll, describe, expect, test } from "@jest/globals";
import { checkCosts } from "../../e2e/ground/generator/check-costs.ts";
import {
  compareHour,
  lineHolds,
  tableText,
  type ComparedHour,
} from "../../e2e/ground/generator/cost-table.ts";
import { expectedHour } from "../../e2e/ground/generator/expected-cost.ts";
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
    expect(compared.lines).toHaveLength(2 * (9 + 4));
    expect(compared.lines.filter((line) => !lineHolds(line))).toEqual([]);
  });

  test("are of something in every kind", () => {
    const nothing = compared.lines.filter(({ expected }) => expected < 0.01).map(({ of }) => of);
    expect([...new Set(nothing)]).toEqual(["network", "external", "shared"]);
  });

  test("tell of rows that are missing", () => {
    const { faults } = compareHour(plan, { hour: plan.from, answer: [], exported: [] });
    expect(faults.length).toBeGreaterThan(100);
    expect(faults[0]).toMatch(/is missing in OpenCost's answer$/);
  });

  test("tell of a row that is too many and of one that costs too much", () => {
    const idle = { name: "__idle__", properties: { cluster: "lab" }, cpuCost: 1000 };
    const stray = { name: "web/stray/app", properties: { namespace: "web", pod: "stray", container: "app" } };
    const exported = [{ row_kind: "idle", cpu_cost: 1001 }];
    const { faults, lines } = compareHour(plan, { hour: plan.from, answer: [idle, stray], exported });
    expect(faults).toContain("web/stray/app is too many in OpenCost's answer");
    expect(faults.some((fault) => fault.startsWith('__idle__: cpu costs "1000" by OpenCost'))).toBe(true);
    expect(faults.some((fault) => fault.startsWith('__idle__: cpu costs "1001" by the export'))).toBe(true);
    expect(lines.filter((line) => line.rows === "idle" && line.of === "cpu" && lineHolds(line))).toEqual([]);
  });

  test("tell of a sum that is not OpenCost's, however small the difference", () => {
    const [line] = compared.lines;
    if (!line) throw new Error("there is no line");
    expect([lineHolds(line), lineHolds({ ...line, exported: line.exported + 1e-6 })]).toEqual([true, false]);
  });

  test("are told in a table", () => {
    const [head, first] = tableText(compared.lines).split("\n");
    expect(head).toMatch(
      /^hour +rows +of +count +paying +expected +OpenCost +exported +precise +allowed +difference$/,
    );
    expect(first).toMatch(/^2026-11-22T09 {2}workloads {2}cpu +\d+ +\d+( +-?\d+\.\d{5}){6}$/);
  });
});

describe("a load balancer whose app has no pod in an hour", () => {
  // In this cluster the only pod of app-021 comes in the second hour; its load balancer is there from the start.
  const early = generateCluster({ seed: "104", pods: 100, hours: 2 });
  const app = early.apps.find(({ name }) => name === "app-021");
  const hasPod = (hour: number): boolean =>
    early.pods.some((pod) => pod.app === app?.name && pod.from < hour + 3600 && pod.until > hour);

  test("costs twice 65 minutes, on the cluster's unmounted row", () => {
    expect(app?.loadBalancerPerHour).toBe(0.025);
    const hours = [early.from, early.from + 3600];
    expect(hours.map(hasPod)).toEqual([false, true]);
    const unmounted = hours.map(
      (hour) => expectedHour(early, hour).rows.get("__unmounted__/__unmounted__/__unmounted__")?.cost,
    );
    expect(unmounted[0]?.loadBalancer).toBeCloseTo((2 * 0.025 * 65) / 60, 12);
    expect(unmounted[1]?.loadBalancer).toBe(0);
  });

  test("costs as much by the stand-in and by the agent's rows", async () => {
    const { faults, lines } = await checkCosts(early);
    expect(faults).toEqual([]);
    expect(lines.filter((line) => !lineHolds(line))).toEqual([]);
  });
});
