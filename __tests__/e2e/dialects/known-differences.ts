import type { FileRow } from "../readers/read-rows.ts";
import type { Allowance } from "./compare.ts";

/** How far a column's value may be from Prometheus 2.42's. */
export type Bound =
  /** What the container used in so many seconds, at the row's average rate. */
  | { readonly of: "usage"; readonly seconds: number }
  | { readonly of: "seconds"; readonly seconds: number }
  | { readonly of: "share"; readonly share: number };

/** Columns in which a dialect is known to differ, by how much, and why. */
export interface KnownDifference {
  readonly columns: readonly string[];
  readonly bound: Bound;
  readonly reason: string;
}

const COUNTERS = ["cpu_usage_core_seconds", "cpu_throttled_seconds", "fs_reads_bytes", "fs_writes_bytes"];
const RATES = ["cpu_usage_cores_max", "cpu_usage_cores_p95"];
const AVERAGE = "cpu_usage_cores_avg";

// A scrape a minute: Prometheus extrapolates by at most 1.1 intervals, or by half of one.
const NEAR_START = 1.1 * 60 - 0.5 * 60;

/** Prometheus 3.5 with targets that are scraped at an instant of their own, as live ones are. */
export const PROMETHEUS_3_BETWEEN: readonly KnownDifference[] = [
  {
    columns: [...COUNTERS, AVERAGE],
    bound: { of: "usage", seconds: NEAR_START },
    reason:
      "increase() of a counter that began within the hour: 3.x extrapolates by half an interval before its first sample, 2.x by up to 1.1",
  },
];

/** Prometheus 3.5 with targets that are all scraped at a minute's first instant: none. */
export const PROMETHEUS_3_ON_MINUTE: readonly KnownDifference[] = [];

export const VICTORIA_METRICS_ALWAYS: readonly KnownDifference[] = [
  {
    columns: COUNTERS,
    bound: { of: "usage", seconds: 66 },
    reason:
      "increase() counts from the last sample before the hour to the last one in it, and extrapolates nothing",
  },
  {
    columns: RATES,
    bound: { of: "share", share: 0.2 },
    reason: "rate() starts from the last sample before its window: one scrape of five is another one",
  },
  {
    columns: ["observed_seconds"],
    bound: { of: "seconds", seconds: 60 },
    reason:
      "a series ends sooner after its last sample: the minute in which a container ended does not count",
  },
  {
    columns: [AVERAGE],
    bound: { of: "usage", seconds: 66 + 60 },
    reason: "follows from cpu_usage_core_seconds and observed_seconds",
  },
  {
    columns: ["running_seconds"],
    bound: { of: "seconds", seconds: 300 },
    reason:
      "without a stale marker Prometheus goes on for five minutes after the last sample, VictoriaMetrics for about one",
  },
];

/** The same number, added up in another order or kept with another precision. */
const ROUNDING = 1e-12;

/** What may be off: as stated where a difference is known, else only rounding. */
export function allowanceOf(known: readonly KnownDifference[]): Allowance {
  return (column, row) => {
    const value = Math.abs(Number(row[column]));
    const bound = known.find(({ columns }) => columns.includes(column))?.bound;
    return value * ROUNDING + (bound ? amountOf(bound, value, row) : 0);
  };
}

function amountOf(bound: Bound, value: number, row: FileRow): number {
  switch (bound.of) {
    case "usage":
      return (bound.seconds * value) / Number(row["observed_seconds"]);
    case "seconds":
      return bound.seconds;
    case "share":
      return bound.share * value;
  }
}

/** A bound in words. */
export function boundText(bound: Bound): string {
  switch (bound.of) {
    case "usage":
      return `${bound.seconds} s of usage`;
    case "seconds":
      return `${bound.seconds} s`;
    case "share":
      return `${bound.share * 100} %`;
  }
}
