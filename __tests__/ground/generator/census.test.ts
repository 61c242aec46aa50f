import { describe, expect, test } from "@jest/globals";
import { lackingIn, takeCensus } from "../../e2e/ground/generator/census.ts";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";

describe("a census of a generated cluster", () => {
  test.each([
    [100, "1"],
    [100, "2"],
    [100, "3"],
    [2000, "1"],
    [2000, "2"],
    [20_000, "1"],
  ])("of %d pods with seed %s lacks nothing that makes accounting hard", (pods, seed) => {
    expect(lackingIn(takeCensus(generateCluster({ seed, pods, hours: 6 })))).toEqual([]);
  });

  test("of 2,000 pods has a hundred GPUs: 88 whole, 8 time-sliced, 4 with MIG instances", () => {
    const census = takeCensus(generateCluster({ seed: "1", pods: 2000, hours: 6 }));
    expect([census["GPUs, whole"], census["GPUs, time-sliced"], census["GPUs, MIG"]]).toEqual([88, 8, 4]);
  });

  test("tells what a cluster lacks", () => {
    const plan = generateCluster({ seed: "1", pods: 100, hours: 3 });
    const calm = { ...plan, nodes: plan.nodes.filter((node) => !node.spot), volumes: [] };
    expect(lackingIn(takeCensus(calm))).toEqual([
      "bound volumes",
      "claims that no pod mounts",
      "orphaned volumes",
      "nodes that leave",
      "nodes that join",
      "spot nodes",
    ]);
  });
});
