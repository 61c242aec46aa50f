import { describe, expect, test } from "@jest/globals";
import { generateCluster } from "../../e2e/ground/generator/generate.ts";
import type { ClusterPlan, Life, PodPlan } from "../../e2e/ground/generator/plan.ts";

const SEEDS = ["1", "2", "3"];

const plans = new Map<string, ClusterPlan>();

function plan(seed: string, pods = 100, hours = 3): ClusterPlan {
  const key = `${seed}/${pods}/${hours}`;
  const known = plans.get(key) ?? generateCluster({ seed, pods, hours });
  plans.set(key, known);
  return known;
}

function nameOf({ namespace, name }: PodPlan): string {
  return `${namespace}/${name}`;
}

describe("a generated cluster", () => {
  test.each(SEEDS)("is the same for the same seed %s and another for another", (seed) => {
    const text = (of: string): string => JSON.stringify(generateCluster({ seed: of, pods: 100, hours: 3 }));
    expect(text(seed) === text(seed)).toBe(true);
    expect(text(seed) === text(`${seed}0`).replaceAll(`"${seed}0"`, `"${seed}"`)).toBe(false);
  });

  test.each([
    [100, 3],
    [2000, 6],
    [20_000, 1],
  ])("of %d pods has about as many at its start", (pods, hours) => {
    const { pods: planned, from } = plan("1", pods, hours);
    const atStart = planned.filter((pod) => pod.from === from).length;
    expect(Math.abs(atStart - pods)).toBeLessThan(pods * 0.12);
  });

  test.each(SEEDS)("lets pods live only while their nodes do, with seed %s", (seed) => {
    const outside = plan(seed, 2000).pods.filter(
      (pod) => pod.from < pod.node.from || pod.until > pod.node.until || pod.until <= pod.from,
    );
    expect(outside.map(nameOf)).toEqual([]);
  });

  test.each(SEEDS)("changes at steps that OpenCost sees, never with an hour, with seed %s", (seed) => {
    const cluster = plan(seed, 2000);
    const lives: Life[] = [...cluster.pods, ...cluster.nodes];
    const edges = lives
      .flatMap(({ from, until }) => [from, until])
      .filter((edge) => edge !== cluster.from && edge !== cluster.until);
    expect(edges.length).toBeGreaterThan(100);
    expect(edges.filter((edge) => edge % 300 !== 0 || edge % 3600 === 0)).toEqual([]);
  });

  test.each(SEEDS)("uses a name twice only for pods that follow one another, with seed %s", (seed) => {
    const last = new Map<string, PodPlan>();
    let reused = 0;
    for (const pod of plan(seed, 2000).pods) {
      const before = last.get(nameOf(pod));
      last.set(nameOf(pod), pod);
      if (!before) continue;
      reused++;
      expect([pod.from, pod.uid === before.uid]).toEqual([before.until, false]);
    }
    expect(reused).toBeGreaterThan(0);
  });

  test("asks no node for more than it has", () => {
    const cluster = plan("1", 2000);
    const at = cluster.from + 1800;
    const cores = new Map<string, number>();
    for (const { node, containers } of cluster.pods.filter((pod) => pod.from <= at && pod.until > at)) {
      const asked = containers.reduce((sum, { cpuRequest, cpu }) => sum + Math.max(cpuRequest, cpu.base), 0);
      cores.set(node.name, (cores.get(node.name) ?? 0) + asked);
    }
    const full = cluster.nodes.filter((node) => (cores.get(node.name) ?? 0) > node.cores);
    expect(full.map(({ name }) => name)).toEqual([]);
  });

  test("has every kind of life, workload, node and volume", () => {
    const { pods, nodes, volumes, from, until } = plan("1", 2000, 6);
    const gpus = pods.flatMap(({ containers }) =>
      containers.flatMap(({ gpu }) => (gpu ? [gpu.resource] : [])),
    );
    expect([...new Set(pods.map(({ owner }) => owner.kind))].sort()).toEqual([
      "DaemonSet",
      "Job",
      "ReplicaSet",
      "StatefulSet",
    ]);
    expect(new Set(gpus)).toEqual(
      new Set(["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-1g.5gb"]),
    );
    const count = (kinds: Record<string, boolean[]>): Record<string, boolean> =>
      Object.fromEntries(Object.entries(kinds).map(([kind, found]) => [kind, found.some(Boolean)]));
    const found = count({
      late: pods.map((pod) => pod.from > from && pod.until === until),
      gone: pods.map((pod) => pod.until < until),
      short: pods.map((pod) => pod.until - pod.from <= 1500),
      restarted: pods.flatMap(({ containers }) => containers.map((one) => one.restartedAt !== undefined)),
      asksNothing: pods.flatMap(({ containers }) => containers.map((one) => one.cpuRequest === 0)),
      spot: nodes.map(({ spot }) => spot),
      onDemand: nodes.map(({ spot }) => !spot),
      nodeLeaves: nodes.map((node) => node.until < until),
      nodeJoins: nodes.map((node) => node.from > from),
      volumeBound: volumes.map(({ claim }) => claim?.name.startsWith("data-") ?? false),
      volumeUnused: volumes.map(({ claim }) => claim?.name === "unused"),
      volumeOrphaned: volumes.map(({ claim }) => claim === undefined),
      dottedLabel: pods.map(({ labels }) => "example.com/cost.center" in labels),
    });
    expect(Object.entries(found).filter(([, there]) => !there)).toEqual([]);
  });

  test("has a hundred GPUs at 2,000 pods", () => {
    const gpuNodes = plan("1", 2000).nodes.filter(({ gpuSharing }) => gpuSharing !== "none");
    expect(gpuNodes.length * 4).toBe(100);
  });

  test("starts with an hour", () => {
    expect(() => generateCluster({ seed: "1", pods: 100, hours: 1, from: 1800 })).toThrow("round it down");
  });
});
