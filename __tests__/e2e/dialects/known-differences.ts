import type { FileRow } from "../readers/read-rows.ts";
import type { Allowance } from "./compare.ts";
import type { ScrapeTimes } from "./history.ts";

/** How far a column's value may be from Prometheus 2.42's. */
export type Bound =
  /** What was used in so many seconds, at the row's average rate; `time` is the column of seconds it was there. */
  | { readonly of: "usage"; readonly seconds: number; readonly time: string }
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
const NETWORK = ["network_receive_bytes", "network_transmit_bytes"];
const ENERGY = ["energy_joules"];
const [OBSERVED, RUNNING] = ["observed_seconds", "running_seconds"];

// A scrape a minute: Prometheus extrapolates by at most 1.1 intervals, or by half of one.
const NEAR_START = 1.1 * 60 - 0.5 * 60;

function usage(seconds: number, time: string): Bound {
  return { of: "usage", seconds, time };
}

/** How a dialect's table is known to differ from Prometheus 2.42's. */
export interface KnownOfTable {
  readonly differences: readonly KnownDifference[];
  /** Set where rounding is a difference, too: what was scraped is handed on as it is. */
  readonly toTheBit?: true;
  /** Set where it leaves out the rows of `NAN_POD`. */
  readonly withoutNaN?: true;
}

/** What is known of a table, by the dataset's name and when targets were scraped. */
export type KnownOfDialect = (table: string, times: ScrapeTimes) => KnownOfTable;

const STARTED =
  "increase() of a counter that began within the hour: 3.x extrapolates by half an interval before its first sample, 2.x by up to 1.1";

/** What differs in Prometheus 3.5, by dataset, where each target is scraped at an instant of its own, as live ones are. */
export const PROMETHEUS_3_BETWEEN: Readonly<Record<string, readonly KnownDifference[]>> = {
  container: [{ columns: [...COUNTERS, AVERAGE], bound: usage(NEAR_START, OBSERVED), reason: STARTED }],
  pod: [{ columns: NETWORK, bound: usage(NEAR_START, RUNNING), reason: STARTED }],
};

/** Prometheus 3.5: nothing where all targets are scraped at a minute's first instant. */
export const PROMETHEUS_3_KNOWN: KnownOfDialect = (table, times) => ({
  differences: times === "on the minute" ? [] : (PROMETHEUS_3_BETWEEN[table] ?? []),
  ...(table === "samples" ? { toTheBit: true } : {}),
});

const NOTHING_EXTRAPOLATED =
  "increase() counts from the last sample before the hour to the last one in it, and extrapolates nothing";
const ENDS_SOONER =
  "without a stale marker Prometheus goes on for five minutes after the last sample, VictoriaMetrics for about one";

/** What differs in VictoriaMetrics, by dataset. */
export const VICTORIA_METRICS: Readonly<Record<string, readonly KnownDifference[]>> = {
  container: [
    { columns: COUNTERS, bound: usage(66, OBSERVED), reason: NOTHING_EXTRAPOLATED },
    {
      columns: RATES,
      bound: { of: "share", share: 0.2 },
      reason: "rate() starts from the last sample before its window: one scrape of five is another one",
    },
    {
      columns: [OBSERVED],
      bound: { of: "seconds", seconds: 60 },
      reason:
        "a series ends sooner after its last sample: the minute in which a container ended does not count",
    },
    {
      columns: [AVERAGE],
      bound: usage(66 + 60, OBSERVED),
      reason: "follows from cpu_usage_core_seconds and observed_seconds",
    },
    { columns: [RUNNING], bound: { of: "seconds", seconds: 300 }, reason: ENDS_SOONER },
  ],
  pod: [
    { columns: NETWORK, bound: usage(66, RUNNING), reason: NOTHING_EXTRAPOLATED },
    { columns: [RUNNING], bound: { of: "seconds", seconds: 300 }, reason: ENDS_SOONER },
  ],
  gpu: [{ columns: ENERGY, bound: usage(66, OBSERVED), reason: NOTHING_EXTRAPOLATED }],
};

const WITH_NAN = ["container", "samples"];

/** VictoriaMetrics, which keeps no sample that is NaN. */
export const VICTORIA_METRICS_KNOWN: KnownOfDialect = (table) => ({
  differences: VICTORIA_METRICS[table] ?? [],
  ...(WITH_NAN.includes(table) ? { withoutNaN: true } : {}),
});

/** The same number, added up in another order or kept with another precision. */
const ROUNDING = 1e-12;

/** What may be off: as stated where a difference is known, else only rounding. */
export function allowanceOf({ differences, toTheBit }: KnownOfTable): Allowance {
  const rounding = toTheBit ? 0 : ROUNDING;
  return (column, row) => {
    const value = Math.abs(Number(row[column]));
    const bound = differences.find(({ columns }) => columns.includes(column))?.bound;
    return value * rounding + (bound ? amountOf(bound, value, row) : 0);
  };
}

function amountOf(bound: Bound, value: number, row: FileRow): number {
  switch (bound.of) {
    case "usage":
      return (bound.seconds * value) / Number(row[bound.time]);
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
