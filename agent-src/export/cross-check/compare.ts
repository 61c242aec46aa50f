import { containerKey } from "./cluster-hour.ts";
import type { Recomputed, RecomputedRow } from "./recompute.ts";

/** Costs of an allocation row as OpenCost answered it. */
export interface AnsweredRow {
  readonly kind: "workload" | "idle" | "unmounted" | "unallocated";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  readonly volumes: number;
  readonly total: number;
}

/** A row whose two costs differ by more than is allowed. */
export interface Difference {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly answered: number;
  readonly recomputed: number;
}

/** OpenCost's allocation of an hour beside the recomputed one. In the currency of the prices. */
export interface Comparison {
  /** Cost of all rows but idle ones. */
  readonly answered: number;
  readonly recomputed: number;
  /** Cost of the answered rows that agree, in the parts that are compared. */
  readonly agreeing: number;
  /** What the rows of both sides cost, each row by its dearer side, load balancers, network and unmounted volumes included. */
  readonly known: number;
  /** What is answered and not recomputed: load balancers, network, shared, external and unmounted cost. */
  readonly notRecomputed: number;
  readonly rows: { readonly answered: number; readonly recomputed: number; readonly agreeing: number };
  readonly idle: { readonly answered: number; readonly recomputed: number | undefined };
  /** The largest differences first, at most {@link WORST}. */
  readonly worst: readonly Difference[];
}

/** How far the two costs of a row may be apart: one part in a hundred, or two units of OpenCost's fifth decimal. */
export const TOLERANCE = { relative: 0.01, absolute: 2e-5 } as const;

const WORST = 5;

/** Puts OpenCost's rows beside the recomputed ones, by namespace, pod and container. */
export function compareAllocations(answered: Iterable<AnsweredRow>, recomputed: Recomputed): Comparison {
  const { workloads, idle, unmatched } = sortRows(answered);
  const sums = {
    answered: unmatched,
    recomputed: 0,
    agreeing: 0,
    known: unmatched,
    notRecomputed: unmatched,
  };
  let agreeingRows = 0;
  const differences: Difference[] = [];
  for (const key of new Set([...workloads.keys(), ...recomputed.rows.keys()])) {
    const row = workloads.get(key);
    const other = recomputed.rows.get(key);
    const costs = { answered: comparedCost(row), recomputed: comparedCost(other) };
    const rest = (row?.total ?? 0) - costs.answered;
    sums.answered += costs.answered + rest;
    sums.recomputed += costs.recomputed;
    sums.known += Math.max(costs.answered, costs.recomputed) + rest;
    sums.notRecomputed += rest;
    if (isClose(costs.answered, costs.recomputed)) {
      sums.agreeing += costs.answered;
      if (row && other) agreeingRows++;
    } else differences.push({ ...identity(row ?? other), ...costs });
  }
  return {
    ...sums,
    rows: { answered: workloads.size, recomputed: recomputed.rows.size, agreeing: agreeingRows },
    idle: { answered: idle, recomputed: recomputed.idle },
    worst: differences.sort((a, b) => gap(b) - gap(a)).slice(0, WORST),
  };
}

/** Rows of containers by key, what is idle, and the cost of other rows. */
interface SortedRows {
  readonly workloads: ReadonlyMap<string, AnsweredRow>;
  readonly idle: number;
  readonly unmatched: number;
}

function sortRows(rows: Iterable<AnsweredRow>): SortedRows {
  const workloads = new Map<string, AnsweredRow>();
  let [idle, unmatched] = [0, 0];
  for (const row of rows) {
    if (row.kind === "idle") idle += row.total;
    else if (row.kind !== "workload") unmatched += row.total;
    else {
      const key = containerKey(row.namespace, row.pod, row.container);
      const known = workloads.get(key);
      workloads.set(key, known ? added(known, row) : row);
    }
  }
  return { workloads, idle, unmatched };
}

/** OpenCost can answer a container under two controllers. */
function added(a: AnsweredRow, b: AnsweredRow): AnsweredRow {
  return {
    ...a,
    cpu: a.cpu + b.cpu,
    memory: a.memory + b.memory,
    gpu: a.gpu + b.gpu,
    volumes: a.volumes + b.volumes,
    total: a.total + b.total,
  };
}

function comparedCost(row: RecomputedRow | AnsweredRow | undefined): number {
  return row ? row.cpu + row.memory + row.gpu + row.volumes : 0;
}

/** Whether two costs of a row agree, see {@link TOLERANCE}. */
export function isClose(answered: number, recomputed: number): boolean {
  const allowed = Math.max(TOLERANCE.relative * Math.abs(answered), TOLERANCE.absolute);
  return Math.abs(answered - recomputed) <= allowed;
}

function identity(row: RecomputedRow | AnsweredRow | undefined): {
  namespace: string;
  pod: string;
  container: string;
} {
  return { namespace: row?.namespace ?? "", pod: row?.pod ?? "", container: row?.container ?? "" };
}

function gap({ answered, recomputed }: Difference): number {
  return Math.abs(answered - recomputed);
}
