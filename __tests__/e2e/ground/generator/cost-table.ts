import { expectedHour, totalDollars, type Dollars, type ExpectedRow } from "./expected-cost.ts";
import { textTable } from "../text-table.ts";
import type { ClusterPlan } from "./plan.ts";

/** A row of OpenCost's answer, as far as it is looked into here. */
export type AnsweredRow = Readonly<Record<string, unknown>> & {
  readonly properties: Readonly<Record<string, unknown>>;
};

/** A row of the exported dataset `allocation`, by column. */
export type ExportedRow = Readonly<Record<string, unknown>>;

/** What an hour's answer and its exported rows are, to be held to what the hour must cost. */
export interface HourResult {
  readonly hour: number;
  readonly answer: readonly AnsweredRow[];
  readonly exported: readonly ExportedRow[];
}

/** One kind of cost in one hour: what it must be, what OpenCost's rows add up to, and what the exported ones do. */
export interface TableLine {
  readonly hour: number;
  readonly rows: "workloads" | "idle";
  readonly of: Kind;
  /** How many rows there are; how many of them must cost something. */
  readonly count: number;
  readonly paying: number;
  readonly expected: number;
  readonly opencost: number;
  readonly exported: number;
  /** Of the exported columns without OpenCost's rounding. */
  readonly precise: number;
  /** How far each may be from what is expected. */
  readonly allowed: number;
}

/** What came out of comparing an hour. */
export interface ComparedHour {
  readonly lines: readonly TableLine[];
  /** Rows that are missing, too many or off by more than allowed; empty when all is well. */
  readonly faults: readonly string[];
}

type Kind = keyof Dollars | "network" | "external" | "shared" | "total";

/** OpenCost's field, the exported column, and the one without rounding where there is one. */
const FIELDS: Readonly<Record<Kind, readonly [string, string, string]>> = {
  cpu: ["cpuCost", "cpu_cost", "cpu_cost_precise"],
  ram: ["ramCost", "ram_cost", "ram_cost_precise"],
  gpu: ["gpuCost", "gpu_cost", "gpu_cost_precise"],
  pv: ["pvCost", "pv_cost", "pv_cost_precise"],
  loadBalancer: ["loadBalancerCost", "load_balancer_cost", "load_balancer_cost_precise"],
  network: ["networkCost", "network_cost", "network_cost"],
  external: ["externalCost", "external_cost", "external_cost"],
  shared: ["sharedCost", "shared_cost", "shared_cost"],
  total: ["totalCost", "total_cost", "total_cost_precise"],
};
const KINDS = Object.keys(FIELDS) as Kind[];
const IDLE_KINDS = ["cpu", "ram", "gpu", "total"] as const;
/** OpenCost writes five decimals. */
const ROUNDING = 0.5e-5 * (1 + 1e-9);
// What rows miss, each by its own phase, adds up to the root of the squares; this many times as much is never seen.
const SPREADS = 3;
/** The same numbers added up in another order. */
const SAME_SUM = 1e-9;

interface Comparison {
  readonly key: string;
  readonly expected: ExpectedRow;
  readonly answered: AnsweredRow;
  readonly exported: ExportedRow;
}

/** Holds an hour's answer and its exported rows to what the hour must cost. */
export function compareHour(plan: ClusterPlan, { hour, answer, exported }: HourResult): ComparedHour {
  const { rows, idle } = expectedHour(plan, hour);
  const expected = new Map([...rows, ["__idle__", idle] as const]);
  const answered = new Map(answer.map((row) => [answeredKey(row), row]));
  const written = new Map(exported.map((row) => [exportedKey(row), row]));
  const compared = [...expected].flatMap(([key, must]): Comparison[] => {
    const [theirs, ours] = [answered.get(key), written.get(key)];
    return theirs && ours ? [{ key, expected: must, answered: theirs, exported: ours }] : [];
  });
  // What the nodes' idle time misses is what all rows together do.
  const spread = (kind: Kind): number =>
    SPREADS * Math.hypot(...[...rows.values()].map((row) => toleranceOf(row, kind)));
  const lines = (["workloads", "idle"] as const).flatMap((of) => {
    const among = compared.filter(({ key }) => (key === "__idle__") === (of === "idle"));
    const kinds = of === "idle" ? IDLE_KINDS : KINDS;
    return kinds.map((kind) => lineOf({ hour, rows: of, of: kind, sampling: spread(kind) }, among));
  });
  const faults = [
    ...keyFaults("OpenCost's answer", answer.length, [...answered.keys()], expected),
    ...keyFaults("the export", exported.length, [...written.keys()], expected),
    ...compared.flatMap(faultsOf),
  ];
  return { lines, faults };
}

function keyFaults(
  who: string,
  count: number,
  keys: readonly string[],
  expected: ReadonlyMap<string, ExpectedRow>,
): string[] {
  const found = new Set(keys);
  return [
    ...[...expected.keys()].filter((key) => !found.has(key)).map((key) => `${key} is missing in ${who}`),
    ...keys.filter((key) => !expected.has(key)).map((key) => `${key} is too many in ${who}`),
    ...(count === found.size ? [] : [`${count - found.size} rows are there twice in ${who}`]),
  ];
}

/** The table as text. The last column says how far the exported sum is from the expected one. */
export function tableText(lines: readonly TableLine[]): string {
  const head = "hour rows of count paying expected OpenCost exported precise allowed difference".split(" ");
  const cells = lines.map((line) => {
    const { expected, opencost, exported, precise, allowed } = line;
    const dollars = [expected, opencost, exported, precise, allowed, exported - expected];
    return [
      new Date(line.hour * 1000).toISOString().slice(0, 13),
      line.rows,
      line.of,
      String(line.count),
      String(line.paying),
      ...dollars.map((value) => value.toFixed(5)),
    ];
  });
  return textTable([head, ...cells], 3);
}

/** Whether OpenCost's sum and the exported ones are as expected, and the exported one is OpenCost's. */
export function lineHolds({ expected, opencost, exported, precise, allowed }: TableLine): boolean {
  const near = [opencost, exported, precise].every((sum) => Math.abs(sum - expected) <= allowed);
  return near && Math.abs(exported - opencost) <= SAME_SUM * Math.max(1, Math.abs(opencost));
}

function answeredKey({ name, properties }: AnsweredRow): string {
  if (name === "__idle__") return "__idle__";
  const { namespace, pod, container } = properties;
  return [namespace, pod, container].join("/");
}

function exportedKey({ row_kind, namespace, pod, container }: ExportedRow): string {
  return row_kind === "idle" ? "__idle__" : [namespace, pod, container].join("/");
}

function mustCost({ cost }: ExpectedRow, kind: Kind): number {
  if (kind === "total") return totalDollars(cost);
  // Nothing in a generated cluster is charged for these.
  return kind === "network" || kind === "external" || kind === "shared" ? 0 : cost[kind];
}

function lineOf(
  line: Pick<TableLine, "hour" | "rows" | "of"> & { readonly sampling: number },
  compared: readonly Comparison[],
): TableLine {
  const { of, sampling, ...where } = line;
  const [field, column, precise] = FIELDS[of];
  const sum = (value: (one: Comparison) => unknown): number =>
    compared.reduce((dollars, one) => dollars + Number(value(one)), 0);
  const expected = sum((one) => mustCost(one.expected, of));
  const paying = compared.filter((one) => mustCost(one.expected, of) > 0).length;
  return {
    ...where,
    of,
    count: compared.length,
    paying,
    expected,
    opencost: sum(({ answered }) => answered[field]),
    exported: sum(({ exported }) => exported[column]),
    precise: sum(({ exported }) => exported[precise]),
    allowed: sampling + ROUNDING * paying,
  };
}

function faultsOf({ key, expected, answered, exported }: Comparison): string[] {
  return KINDS.flatMap((kind) => {
    const must = mustCost(expected, kind);
    const within = toleranceOf(expected, kind) + ROUNDING;
    const [field, column, precise] = FIELDS[kind];
    const values = {
      OpenCost: answered[field],
      "the export": exported[column],
      [precise]: exported[precise],
    };
    return Object.entries(values).flatMap(([who, value]) =>
      typeof value === "number" && Math.abs(value - must) <= within
        ? []
        : [`${key}: ${kind} costs "${String(value)}" by ${who}, must be "${must}" within ${within}`],
    );
  });
}

function toleranceOf({ tolerance }: ExpectedRow, kind: Kind): number {
  if (kind === "total") return tolerance.cpu + tolerance.ram;
  return kind === "cpu" || kind === "ram" ? tolerance[kind] : 0;
}
