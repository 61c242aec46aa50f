import { allocation as dataset } from "../../contract/datasets/allocation.ts";
import { SECONDS_PER_HOUR, isoSeconds, type Hour } from "../../contract/hours.ts";
import { fieldAt, type Allocation } from "./allocation-fields.ts";
import { UntrustedAnswerError } from "./errors.ts";

/** What an allocation is about. */
export type RowKind = "workload" | "idle" | "unmounted" | "unallocated";

/** What an hour's rows add up to: what decides whether they are the hour. */
export interface RowCounts {
  readonly rows: number;
  readonly workloadRows: number;
  /** Values of `properties.cluster`. */
  readonly clusters: ReadonlySet<string>;
  /** Rows whose key an earlier row had. */
  readonly duplicates: number;
  /** Rows by column, of the columns that are summed: OpenCost answers null for NaN. */
  readonly nulls: ReadonlyMap<string, number>;
  /** Of the workload rows. */
  readonly sums: { readonly cpuCoreHours: number; readonly ramByteHours: number; readonly totalCost: number };
}

/** Counts of an hour's answer, against what Prometheus says. */
export interface AllocationCounts extends RowCounts {
  readonly sets: number;
  /** Containers that OpenCost could see running, by kube-state-metrics; undefined when it has no series. */
  readonly runningContainers: number | undefined;
  /** Whether Prometheus knows a node's price that is not 0. */
  readonly hasPrices: boolean;
}

/**
 * Least share of the containers that ran which an answer must have. OpenCost can miss one whose minute it was that
 * had no scrape of OpenCost's own metrics; in a small cluster one is more than this share, so one may always lack.
 */
const LEAST_SHARE = 0.95;

/** See the dictionary's `row_kind`. */
export function rowKind(allocation: Allocation): RowKind {
  const name = String(allocation["name"] ?? "");
  if (name === "__idle__" || name.endsWith("/__idle__")) return "idle";
  if (fieldAt(allocation, ["properties", "container"]) === "__unmounted__") return "unmounted";
  const pod = fieldAt(allocation, ["properties", "pod"]);
  return typeof pod === "string" && pod !== "" && pod !== "__unallocated__" ? "workload" : "unallocated";
}

/**
 * Refuses an allocation of another window: OpenCost may answer a longer one than was asked.
 * @throws UntrustedAnswerError
 */
export function checkWindow(allocation: Allocation, hour: Hour): void {
  const start = fieldAt(allocation, ["window", "start"]);
  const end = fieldAt(allocation, ["window", "end"]);
  if (seconds(start) === hour && seconds(end) === hour + SECONDS_PER_HOUR) return;
  throw new UntrustedAnswerError(
    `OpenCost answered for "${String(start)}" to "${String(end)}" when asked for ${isoSeconds(hour)} to ${isoSeconds(hour + SECONDS_PER_HOUR)}`,
  );
}

function seconds(instant: unknown): number {
  return typeof instant === "string" ? Date.parse(instant) / 1000 : NaN;
}

/**
 * Decides whether an answer is the hour. OpenCost says 200 to a window it has no data for, and to one of whose
 * queries its Prometheus refused some, so the counts decide.
 * @throws UntrustedAnswerError naming the hour and what to check
 */
export function checkAllocations(counts: AllocationCounts, hour: Hour, kubeStateMetricsJob: string): void {
  const reason = doubt(counts, kubeStateMetricsJob);
  if (reason)
    throw new UntrustedAnswerError(`OpenCost's answer for ${isoSeconds(hour)} cannot be trusted: ${reason}`);
}

function doubt(counts: AllocationCounts, kubeStateMetricsJob: string): string | undefined {
  return doubtOfRows(counts) ?? doubtOfSums(counts) ?? doubtOfShare(counts, kubeStateMetricsJob);
}

const SEE_LOG =
  "a query of OpenCost's own Prometheus probably failed or was cut short: see OpenCost's log, and raise --query.max-samples of its Prometheus";

function doubtOfRows(counts: AllocationCounts): string | undefined {
  const { sets, rows, workloadRows, clusters, duplicates } = counts;
  if (rows === 0) {
    return "it is empty; check that OpenCost's Prometheus already and still has data for that hour (retention, time of installation)";
  }
  if (sets !== 1) return `it has ${sets} sets where 1 was asked for`;
  if (workloadRows === 0) {
    return "all of its cost is idle and no workload is named; a query of OpenCost's own Prometheus probably failed: look for \"failed to build pod map\" in OpenCost's log and raise --query.max-samples of its Prometheus";
  }
  if (clusters.size > 1) {
    return `it mixes the clusters "${[...clusters].sort().join('", "')}"; point --opencost-url to the OpenCost of one cluster`;
  }
  if (duplicates > 0) {
    return `${duplicates} of its ${rows} rows have the key of another (${dataset.key.join(", ")}), so cost would count twice; point --opencost-url to OpenCost itself, not to what merges several`;
  }
  return undefined;
}

function doubtOfSums({ nulls, rows, workloadRows, sums, hasPrices }: AllocationCounts): string | undefined {
  const [missing] = nulls;
  if (missing) return `"${missing[0]}" is null in ${missing[1]} of ${rows} rows; ${SEE_LOG}`;
  if (sums.cpuCoreHours === 0)
    return `its ${workloadRows} workload rows have 0 core-hours together; ${SEE_LOG}`;
  if (sums.ramByteHours === 0) {
    return `its ${workloadRows} workload rows have 0 memory byte-hours together; ${SEE_LOG}`;
  }
  if (sums.totalCost === 0 && hasPrices) {
    return `its ${workloadRows} workload rows cost 0 together while Prometheus has prices of the nodes ("node_cpu_hourly_cost", "node_ram_hourly_cost"); ${SEE_LOG}`;
  }
  return undefined;
}

function doubtOfShare(counts: AllocationCounts, kubeStateMetricsJob: string): string | undefined {
  const { workloadRows, runningContainers } = counts;
  if (runningContainers === undefined) {
    return `it cannot be compared with what ran, because "kube_pod_container_status_running" has no series with job=~"${kubeStateMetricsJob}" in that hour; name kube-state-metrics' job with --kube-state-metrics-job`;
  }
  const mayLack = Math.max(1, (1 - LEAST_SHARE) * runningContainers);
  if (runningContainers - workloadRows > mayLack) {
    return `it has ${workloadRows} workload rows while ${runningContainers} containers ran (at least ${LEAST_SHARE * 100} % are needed); ${SEE_LOG}`;
  }
  return undefined;
}
