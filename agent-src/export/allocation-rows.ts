import { allocation as dataset } from "../../contract/datasets/allocation.ts";
import type { Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { OpenCost } from "../adapters/opencost/client.ts";
import type { NodePrices } from "./allocation-costs.ts";
import type { Allocation } from "./allocation-fields.ts";
import { readLookups } from "./allocation-lookups.ts";
import { buildAllocationRow, type AllocationRun } from "./allocation-row.ts";
import { createTally } from "./allocation-tally.ts";
import { checkAllocations, checkWindow } from "./allocation-trust.ts";
import type { HourAnswer, OpenHour } from "./hour-source.ts";
import { defaultLabelFilter, type LabelFilter } from "./labels/label-filter.ts";
import { countSizes } from "./labels/size-warnings.ts";
import type { QueryJobs } from "./promql.ts";
import { allocationsOfCluster } from "./opencost-cluster.ts";
import { askFor, counting, givingUpRest, type InstantSource } from "./queries.ts";

/** What the allocation dataset is made from. */
export interface AllocationDeps {
  readonly prometheus: InstantSource;
  readonly openCost: Pick<OpenCost, "allocations">;
  /** Versions of what answers, by source; asked once per hour. */
  readonly versions: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly jobs: QueryJobs;
  readonly clusterArn: string;
  readonly currency: string;
  /** The cluster's id in OpenCost, where it knows several. @default the only one */
  readonly openCostCluster?: string;
  /** Which labels and annotations are exported. @default all labels, no annotations */
  readonly labels?: LabelFilter;
}

/** OpenCost's one answer, beside the dataset's queries. */
const OPENCOST_REQUESTS = 1;

/**
 * Opens the `allocation` dataset of an hour: Prometheus' lookups first, then OpenCost's answer row by row, in the
 * order in which OpenCost sends it (by allocation name), never held whole.
 */
export function openAllocation(deps: AllocationDeps): OpenHour<Row> {
  return (hour, signal) => {
    const notes: Notes = { warnings: [], answered: () => answered++ };
    let sources: Readonly<Record<string, string>> | undefined;
    let answered = 0;
    async function* rows(inner: AbortSignal): AsyncGenerator<Row, void, undefined> {
      sources = await deps.versions(inner);
      yield* readRows(deps, hour, inner, notes);
    }
    const expected = dataset.queries.length + OPENCOST_REQUESTS;
    return {
      rows: givingUpRest(signal, rows),
      summary: () => ({
        queries: { expected, answered },
        sources: sources ?? {},
        warnings: notes.warnings,
        ...(notes.figures ? { figures: notes.figures } : {}),
      }),
    } satisfies HourAnswer<Row>;
  };
}

/** Where the reading of an hour leaves what its summary says. */
interface Notes {
  readonly warnings: string[];
  figures?: Readonly<Record<string, number>>;
  /** A request was answered to its end. */
  readonly answered: () => void;
}

async function* readRows(
  deps: AllocationDeps,
  hour: Hour,
  signal: AbortSignal,
  notes: Notes,
): AsyncGenerator<Row, void, undefined> {
  const { warnings, answered } = notes;
  const ask = askFor(deps.prometheus, deps.jobs, hour, signal, (warning) => warnings.push(warning));
  const lookups = await readLookups(counting(ask, answered), warnings);
  const labels = deps.labels ?? defaultLabelFilter(deps.clusterArn);
  const sizes = countSizes("OpenCost's labels and annotations", labels.limits);
  const run: AllocationRun = {
    hour,
    clusterArn: deps.clusterArn,
    currency: deps.currency,
    lookups,
    readLabels: (part, values) => labels.text(part, values, "sanitised", sizes),
  };
  const answer = deps.openCost.allocations(hour, signal);
  const tally = createTally();
  for await (const value of allocationsOfCluster(answer.allocations, deps.openCostCluster, hour)) {
    const allocation = (value ?? {}) as Allocation;
    checkWindow(allocation, hour);
    const built = buildAllocationRow(allocation, run);
    tally.count(allocation, built);
    yield built.row;
  }
  answered();
  const { runningContainers } = lookups;
  const counts = {
    ...tally.counts(),
    sets: answer.sets(),
    runningContainers,
    hasPrices: hasPrices(lookups.prices),
  };
  checkAllocations(counts, hour, deps.jobs.kubeStateMetricsJob);
  notes.figures = tally.figures();
  warnings.push(...tally.warnings(runningContainers ?? 0), ...sizes.warnings());
}

function hasPrices({ cpu, ram }: NodePrices): boolean {
  return [...cpu.values(), ...ram.values()].some((price) => price > 0);
}
