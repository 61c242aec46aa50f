import { createPodUids } from "../../../../agent-src/export/pod-uids.ts";
import { buildAllocationRow, type AllocationRun } from "../../../../agent-src/export/allocation-row.ts";
import type { Row } from "../../../../contract/datasets/column.ts";
import { expectedHour, type Dollars, type ExpectedRow } from "./expected-cost.ts";
import type { ClusterPlan } from "./plan.ts";

/** A row of OpenCost's answer, as far as it is looked into here. */
export type AnsweredRow = Readonly<Record<string, unknown>> & {
  readonly properties: Readonly<Record<string, unknown>>;
};

/** One kind of cost in one hour: what it must be, what OpenCost's rows add up to, and what the agent's do. */
export interface TableLine {
  readonly hour: number;
  readonly rows: "workloads" | "idle";
  readonly of: keyof Dollars;
  readonly expected: number;
  readonly opencost: number;
  readonly agent: number;
  /** Of the agent's columns without OpenCost's rounding. */
  readonly precise: number;
  /** How far apart they may be. */
  readonly allowed: number;
}

/** What came out of comparing an hour. */
export interface ComparedHour {
  readonly lines: readonly TableLine[];
  /** Rows that are missing, too many or off by more than allowed; empty when all is well. */
  readonly faults: readonly string[];
}

const OPENCOST = {
  cpu: "cpuCost",
  ram: "ramCost",
  gpu: "gpuCost",
  pv: "pvCost",
  loadBalancer: "loadBalancerCost",
};
const AGENT = {
  cpu: "cpu_cost",
  ram: "ram_cost",
  gpu: "gpu_cost",
  pv: "pv_cost",
  loadBalancer: "load_balancer_cost",
};
const KINDS = ["cpu", "ram", "gpu", "pv", "loadBalancer"] as const;
const IDLE_KINDS = ["cpu", "ram", "gpu"] as const;
/** What is computed from samples; the rest is exact. */
const SAMPLED: ReadonlySet<keyof Dollars> = new Set(["cpu", "ram"] as const);
/** OpenCost writes five decimals. */
const ROUNDING = 0.5e-5 * (1 + 1e-9);
// Misses of single rows have different signs: sums may be off by a thousandth.
const SUM_SHARE = 1e-3;

interface Comparison {
  readonly key: string;
  readonly expected: ExpectedRow;
  readonly answered: AnsweredRow;
  readonly row: Row;
}

/** Compares an hour's answer, and the agent's rows of it, with what the hour must cost. */
export function compareHour(plan: ClusterPlan, hour: number, answer: readonly AnsweredRow[]): ComparedHour {
  const { rows, idle } = expectedHour(plan, hour);
  const answered = new Map(answer.map((row) => [keyOf(row), row]));
  const expected = new Map([...rows, ["__idle__", idle] as const]);
  const missing = [...expected.keys()].filter((key) => !answered.has(key)).map((key) => `${key} is missing`);
  const extra = [...answered.keys()].filter((key) => !expected.has(key)).map((key) => `${key} is too many`);
  const run = agentRun(plan, hour);
  const compared = [...expected].flatMap(([key, must]): Comparison[] => {
    const row = answered.get(key);
    return row ? [{ key, expected: must, answered: row, row: buildAllocationRow({ ...row }, run).row }] : [];
  });
  const lines = (["workloads", "idle"] as const).flatMap((of) => {
    const among = compared.filter(({ key }) => (key === "__idle__") === (of === "idle"));
    const kinds = of === "idle" ? IDLE_KINDS : KINDS;
    return kinds.map((kind) => lineOf(hour, of, kind, among));
  });
  return { lines, faults: [...missing, ...extra, ...compared.flatMap(faultsOf)] };
}

/** The table as text. */
export function tableText(lines: readonly TableLine[]): string {
  const head = ["hour", "rows", "of", "expected", "OpenCost", "agent", "agent precise", "allowed"];
  const cells = lines.map(({ hour, rows, of, ...dollars }) => [
    new Date(hour * 1000).toISOString().slice(0, 13),
    rows,
    of,
    ...[dollars.expected, dollars.opencost, dollars.agent, dollars.precise, dollars.allowed].map((value) =>
      value.toFixed(5),
    ),
  ]);
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell) => cell.padEnd(14))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}

/** Whether each of the three sums is as expected. */
export function lineHolds({ expected, opencost, agent, precise, allowed }: TableLine): boolean {
  return [opencost, agent, precise].every((sum) => Math.abs(sum - expected) <= allowed);
}

function keyOf({ name, properties }: AnsweredRow): string {
  if (name === "__idle__") return "__idle__";
  const { namespace, pod, container } = properties;
  return [namespace, pod, container].join("/");
}

// The hour's lookups, as Prometheus would answer them.
function agentRun(plan: ClusterPlan, hour: number): AllocationRun {
  const uids = createPodUids();
  for (const { namespace, name, uid } of plan.pods) uids.add(namespace, name, uid);
  const price = (of: "cpu" | "ram" | "gpu"): Map<string, number> =>
    new Map(plan.nodes.map((node) => [node.name, node.prices[of]]));
  return {
    hour: hour as AllocationRun["hour"],
    clusterArn: "arn:aws:eks:us-east-1:123456789012:cluster/lab",
    currency: "USD",
    lookups: {
      uids,
      prices: { cpu: price("cpu"), ram: price("ram"), gpu: price("gpu") },
      runningContainers: undefined,
    },
  };
}

function lineOf(
  hour: number,
  rows: TableLine["rows"],
  of: keyof Dollars,
  compared: readonly Comparison[],
): TableLine {
  const sum = (value: (one: Comparison) => unknown): number =>
    compared.reduce((dollars, one) => dollars + Number(value(one)), 0);
  const expected = sum((one) => one.expected.cost[of]);
  const paying = compared.filter((one) => one.expected.cost[of] > 0);
  return {
    hour,
    rows,
    of,
    expected,
    opencost: sum(({ answered }) => answered[OPENCOST[of]]),
    agent: sum(({ row }) => row[AGENT[of]]),
    precise: sum(({ row }) => row[`${AGENT[of]}_precise`]),
    allowed: (SAMPLED.has(of) ? SUM_SHARE * expected : 0) + ROUNDING * paying.length,
  };
}

function faultsOf({ key, expected, answered, row }: Comparison): string[] {
  return KINDS.flatMap((kind) => {
    const must = expected.cost[kind];
    const sampled = kind === "cpu" || kind === "ram" ? expected.tolerance[kind] : 0;
    const values = {
      OpenCost: answered[OPENCOST[kind]],
      agent: row[AGENT[kind]],
      "agent precise": row[`${AGENT[kind]}_precise`],
    };
    return Object.entries(values).flatMap(([who, value]) =>
      typeof value === "number" && Math.abs(value - must) <= sampled + ROUNDING
        ? []
        : [
            `${key}: ${kind} costs "${String(value)}" by ${who}, must be "${must}" within ${sampled + ROUNDING}`,
          ],
    );
  });
}
