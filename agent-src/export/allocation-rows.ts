import { allocation as dataset } from "../../contract/datasets/allocation.ts";
import type { Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { OpenCost } from "../adapters/opencost/client.ts";
import { fieldAt, type Allocation } from "./allocation-fields.ts";
import { readLookups } from "./allocation-lookups.ts";
import { buildAllocationRow, type AllocationRun, type BuiltRow } from "./allocation-row.ts";
import { checkAllocations, checkWindow } from "./allocation-trust.ts";
import type { HourAnswer, OpenHour } from "./hour-source.ts";
import type { QueryJobs } from "./promql.ts";
import { askFor, givingUpRest, type InstantSource } from "./queries.ts";

/** What the allocation dataset is made from. */
export interface AllocationDeps {
  readonly prometheus: InstantSource;
  readonly openCost: Pick<OpenCost, "allocations">;
  /** Versions of what answers, by source; asked once per hour. */
  readonly versions: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly jobs: QueryJobs;
  readonly clusterArn: string;
  readonly currency: string;
}

/** OpenCost's one answer, beside the dataset's queries. */
const OPENCOST_REQUESTS = 1;

/** Rows may outnumber the containers that ran (init containers, restarts under a new name), but not by this much. */
const SURPRISING_SHARE = 1.5;

/**
 * Opens the `allocation` dataset of an hour: Prometheus' lookups first, then OpenCost's answer row by row, in the
 * order in which OpenCost sends it (by allocation name), never held whole.
 */
export function openAllocation(deps: AllocationDeps): OpenHour {
  return (hour, signal) => {
    const warnings: string[] = [];
    let sources: Readonly<Record<string, string>> | undefined;
    async function* rows(inner: AbortSignal): AsyncGenerator<Row, void, undefined> {
      sources = await deps.versions(inner);
      yield* readRows(deps, hour, inner, warnings);
    }
    const count = dataset.queries.length + OPENCOST_REQUESTS;
    return {
      rows: givingUpRest(signal, rows),
      summary: () => ({ queries: { expected: count, answered: count }, sources: sources ?? {}, warnings }),
    } satisfies HourAnswer;
  };
}

async function* readRows(
  deps: AllocationDeps,
  hour: Hour,
  signal: AbortSignal,
  warnings: string[],
): AsyncGenerator<Row, void, undefined> {
  const ask = askFor(deps.prometheus, deps.jobs, hour, signal, (warning) => warnings.push(warning));
  const lookups = await readLookups(ask, warnings);
  const run: AllocationRun = { hour, clusterArn: deps.clusterArn, currency: deps.currency, lookups };
  const answer = deps.openCost.allocations(hour, signal);
  const tally = createTally();
  for await (const value of answer.allocations) {
    const allocation = (value ?? {}) as Allocation;
    checkWindow(allocation, hour);
    const built = buildAllocationRow(allocation, run);
    tally.count(allocation, built);
    yield built.row;
  }
  const counts = { ...tally.counts(), sets: answer.sets(), runningContainers: lookups.runningContainers };
  checkAllocations(counts, hour, deps.jobs.kubeStateMetricsJob);
  warnings.push(...tally.warnings(counts.runningContainers ?? 0));
}

interface Tally {
  count(allocation: Allocation, built: BuiltRow): void;
  counts(): { readonly rows: number; readonly workloadRows: number; readonly clusters: ReadonlySet<string> };
  warnings(runningContainers: number): string[];
}

/** Half a step of each rounded part, and of the total: more is a part that the dictionary does not know. */
const TOTAL_TOLERANCE = 1e-4;

function createTally(): Tally {
  let rows = 0;
  let workloadRows = 0;
  let unrepaired = 0;
  let otherTotals = 0;
  const clusters = new Set<string>();
  return {
    count(allocation, { row, kind, costs }) {
      rows++;
      const cluster = fieldAt(allocation, ["properties", "cluster"]);
      if (typeof cluster === "string") clusters.add(cluster);
      if (Math.abs(Number(row["total_cost"]) - (costs.total ?? 0)) > TOTAL_TOLERANCE) otherTotals++;
      if (kind !== "workload") return;
      workloadRows++;
      if ([costs.cpu, costs.ram, costs.gpu].some((cost) => !cost.repaired && cost.cost !== 0)) unrepaired++;
    },
    counts: () => ({ rows, workloadRows, clusters }),
    warnings(running) {
      const warnings: string[] = [];
      if (unrepaired > 0) {
        warnings.push(
          `${unrepaired} of ${workloadRows} workload rows keep OpenCost's rounding: the node's price in Prometheus is missing or not the one OpenCost used`,
        );
      }
      if (otherTotals > 0) {
        warnings.push(
          `total_cost of ${otherTotals} rows differs from the sum of its parts by more than ${TOTAL_TOLERANCE}`,
        );
      }
      if (workloadRows > SURPRISING_SHARE * running) {
        warnings.push(
          `OpenCost has ${workloadRows} workload rows while ${running} containers ran: it may see another cluster than Prometheus`,
        );
      }
      return warnings;
    },
  };
}
