import { describe, expect, test } from "@jest/globals";
import { DATASETS } from "../../contract/datasets/index.ts";
import { planFaults } from "../e2e/export/fault-plan.ts";
import { HOURS } from "../e2e/export/truth.ts";

const plans = Array.from({ length: 100 }, (_, seed) => planFaults(String(seed)));

describe("the faults of a seed", () => {
  test("reset one of container's queries of the first hour, whatever the seed", () => {
    const asked = DATASETS.flatMap(({ name, queries }) => queries.map(() => name));
    const hit = plans.map(({ query }) => asked[query - 1] ?? `query ${query} of the next hour`);
    expect([...new Set(hit)]).toEqual(["container"]);
  });

  test("reset many different ones", () => {
    expect(new Set(plans.map(({ query }) => query)).size).toBeGreaterThan(10);
  });

  test("break each hour in one way of its own", () => {
    for (const { truncated, lostData, lostManifest } of plans)
      expect([truncated, lostData, lostManifest].sort((a, b) => a - b)).toEqual(HOURS);
    expect(new Set(plans.map(({ truncated }) => truncated)).size).toBe(HOURS.length);
  });

  test("are the same for the same seed", () => {
    expect(planFaults("1")).toEqual(plans[1]);
  });
});
