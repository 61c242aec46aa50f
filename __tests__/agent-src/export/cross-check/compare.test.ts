import { describe, expect, test } from "@jest/globals";
import {
  compareAllocations,
  isClose,
  type AnsweredRow,
} from "../../../../agent-src/export/cross-check/compare.ts";
import type { Recomputed } from "../../../../agent-src/export/cross-check/recompute.ts";
import {
  agreeingShare,
  comparableShare,
  refusals,
} from "../../../../agent-src/export/cross-check/verdict.ts";

type Costs = Partial<Pick<AnsweredRow, "cpu" | "memory" | "gpu" | "volumes">>;

function answered(
  pod: string,
  costs: Costs,
  { kind = "workload" as AnsweredRow["kind"], rest = 0 } = {},
): AnsweredRow {
  const { cpu = 0, memory = 0, gpu = 0, volumes = 0 } = costs;
  const named = { namespace: "web", pod, container: "app" };
  return { kind, ...named, cpu, memory, gpu, volumes, total: cpu + memory + gpu + volumes + rest };
}

function recomputed(rows: Readonly<Record<string, Costs>>, idle?: number): Recomputed {
  const entries = Object.entries(rows).map(([pod, { cpu = 0, memory = 0, gpu = 0, volumes = 0 }]) => {
    const row = { namespace: "web", pod, container: "app", cpu, memory, gpu, volumes };
    return [`web/${pod}/app`, row] as const;
  });
  return { rows: new Map(entries), idle };
}

const IDLE = { kind: "idle" } as const;

describe("two costs of a row agree", () => {
  test.each([
    ["one part in a hundred apart", 1, 1.0099, true],
    ["more than one part in a hundred apart", 1, 1.0101, false],
    ["two units of the fifth decimal apart", 0.0001, 0.000119, true],
    ["more than two units of the fifth decimal apart", 0.0001, 0.000121, false],
    ["nothing and next to nothing", 0, 0.00002, true],
    ["nothing and something", 0, 0.001, false],
  ])("when %s: %s and %s, %s", (_, a, b, agree) => expect(isClose(a, b)).toBe(agree));
});

describe("an answer and its recomputation", () => {
  test("agree in rows and idle cost: nothing to refuse", () => {
    const rows = [
      answered("a", { cpu: 0.03, memory: 0.008 }),
      answered("b", { gpu: 0.95 }),
      answered("", { cpu: 0.114 }, IDLE),
    ];
    const comparison = compareAllocations(rows, recomputed({ a: { cpu: 0.038 }, b: { gpu: 0.951 } }, 0.114));
    expect(comparison).toMatchObject({
      rows: { answered: 2, recomputed: 2, agreeing: 2 },
      idle: { answered: 0.114, recomputed: 0.114 },
      worst: [],
    });
    expect(comparison.answered).toBeCloseTo(0.988, 12);
    expect(comparison.agreeing).toBeCloseTo(0.988, 12);
    expect(agreeingShare(comparison)).toBeCloseTo(0.988 / 0.989, 12);
    expect(refusals(comparison)).toEqual([]);
  });

  test("a row that OpenCost lacks counts against it with what it costs", () => {
    const rows = [answered("a", { cpu: 0.03 }), answered("", { cpu: 1 }, IDLE)];
    const comparison = compareAllocations(rows, recomputed({ a: { cpu: 0.03 }, b: { cpu: 0.01 } }, 1));
    expect(comparableShare(comparison)).toBeCloseTo(0.75, 12);
    expect(refusals(comparison)).toEqual([
      "only 75.00 % of the cost is in rows that agree within 1 % or 0.00002 (at least 99 % is needed): " +
        "OpenCost has 0.03000 in 1 containers, Prometheus' data gives 0.04000 in 2; " +
        "the largest difference: web/b/app, 0.00000 answered, 0.01000 recomputed",
    ]);
  });

  test("a row that Prometheus does not know counts, too", () => {
    const comparison = compareAllocations([answered("a", { cpu: 1 })], recomputed({}));
    expect(comparison.worst).toEqual([
      { namespace: "web", pod: "a", container: "app", answered: 1, recomputed: 0 },
    ]);
    expect(refusals(comparison)).toHaveLength(1);
  });

  test("everything idle, as OpenCost answers when its Prometheus refuses, is refused twice", () => {
    const comparison = compareAllocations(
      [answered("", { cpu: 0.184 }, IDLE)],
      recomputed({ a: { cpu: 0.07 } }, 0.114),
    );
    expect(agreeingShare(comparison)).toBe(0);
    expect(refusals(comparison)).toEqual([
      expect.stringMatching(/^only 0\.00 % of the cost/),
      "OpenCost says that 0.18400 is idle, Prometheus' data gives 0.11400 (they may differ by 0.00184)",
    ]);
  });

  test("idle cost may differ by a hundredth of what all costs", () => {
    const compare = (idle: number): string[] =>
      refusals(
        compareAllocations(
          [answered("a", { cpu: 0.5 }), answered("", { cpu: idle }, IDLE)],
          recomputed({ a: { cpu: 0.5 } }, 0.5),
        ),
      );
    expect(compare(0.5099)).toEqual([]);
    expect(compare(0.5101)).toHaveLength(1);
  });

  test("load balancers, network and unmounted volumes are told, and are no reason to refuse", () => {
    const rows = [
      answered("a", { cpu: 0.03 }, { rest: 0.07 }),
      answered("unmounted", { volumes: 0.1 }, { kind: "unmounted" }),
    ];
    const comparison = compareAllocations(rows, recomputed({ a: { cpu: 0.03 } }));
    expect(comparison.notRecomputed).toBeCloseTo(0.17, 12);
    expect(agreeingShare(comparison)).toBeCloseTo(0.15, 12);
    expect(comparableShare(comparison)).toBeCloseTo(1, 12);
    expect(refusals(comparison)).toEqual([]);
  });

  test("a container under two controllers is one", () => {
    const rows = [answered("a", { cpu: 0.01 }), answered("a", { cpu: 0.02 })];
    expect(refusals(compareAllocations(rows, recomputed({ a: { cpu: 0.03 } })))).toEqual([]);
  });

  test("an hour without cost has nothing to refuse", () => {
    const comparison = compareAllocations([answered("a", {})], recomputed({ a: {} }, 0));
    expect([agreeingShare(comparison), comparableShare(comparison)]).toEqual([1, 1]);
    expect(refusals(comparison)).toEqual([]);
  });

  test("the largest five differences are named, the largest first", () => {
    const pods = Array.from({ length: 7 }, (_, index) => [`p${index}`, { cpu: index + 1 }] as const);
    const { worst } = compareAllocations([], recomputed(Object.fromEntries(pods)));
    expect(worst.map(({ pod }) => pod)).toEqual(["p6", "p5", "p4", "p3", "p2"]);
  });
});
