import type { Row } from "../../contract/datasets/column.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { Labels, SampleSeries } from "../adapters/prometheus/sample.ts";
import { uidFromCgroup } from "./cgroup-uid.ts";
import { UntrustedAnswerError } from "./errors.ts";
import type { LabelFilter } from "./labels/label-filter.ts";
import { filterSeriesLabels } from "./labels/series-labels.ts";
import type { PodUids } from "./pod-uids.ts";
import { SeriesRows } from "./series-rows.ts";
import { namesGpuExporter, renamedLabel, WORKLOAD_LABELS } from "./workload-labels.ts";

/** What all series of an hour share. */
export interface SamplesRun {
  readonly hour: Hour;
  readonly clusterArn: string;
  /** Which of a series' labels are exported. */
  readonly labels: LabelFilter;
  readonly uids: PodUids;
  /** Node of a pod by its UID; undefined when kube-state-metrics does not know it. */
  readonly nodeOf: (uid: string) => string | undefined;
  /** Told of samples that were left out because another of the same series has their time. */
  readonly onRepeated: (count: number) => void;
}

/** A column that holds a label's value as it is; the label is left out of `labels` then. */
const VERBATIM: readonly (readonly [column: string, label: string])[] = [
  ["namespace", "namespace"],
  ["pod", "pod"],
  ["container", "container"],
  ["resource", "resource"],
  ["gpu_uuid", "UUID"],
];

/** Begins the names of dcgm-exporter's metrics. */
const OF_GPUS = "DCGM_";
const IS_WORKLOAD: ReadonlySet<string> = new Set(WORKLOAD_LABELS);

/** Prometheus keeps names that begin with two underscores for itself: no series has this one. */
const SERIES_NUMBER = "__series__";

/** What decides the order of a metric's series, and with it whether two are the same. */
const ORDER = ["namespace", "pod", "container", "resource", "gpu_uuid", "labels"] as const;

/** A series whose place among others is to be found. */
export interface ReadSeries {
  readonly rows: SeriesRows;
  /** Its labels before the lists, as text; "" where these took nothing. Never exported. */
  readonly unfiltered: string;
}

/**
 * One series; undefined when none of its samples lies in the hour.
 * @throws UntrustedAnswerError when its samples go back in time
 */
export function readOneSeries(metric: string, series: SampleSeries, run: SamplesRun): ReadSeries | undefined {
  const { timestamps, values } = withinHour(metric, series, run);
  if (timestamps.length === 0) return undefined;
  const { row, unfiltered } = sharedCells(metric, series.labels, run);
  return {
    rows: new SeriesRows(timestamps.length, row, { timestamp: timestamps, value: values }),
    unfiltered,
  };
}

/**
 * A metric's series in the order of the key, each there once: a server may answer the same series in any order. Of
 * series that only left-out labels told apart, the second and later ones have their number in `labels`, so that no
 * sample is lost and no key is there twice. `onAlike` is told how many got one.
 */
export function orderSeries(all: ReadSeries[], onAlike: (count: number) => void): SeriesRows[] {
  all.sort(
    (a, b) => compareKeys(a, b) || compareText(a.unfiltered, b.unfiltered) || firstTime(a) - firstTime(b),
  );
  const ordered: SeriesRows[] = [];
  let number = 1;
  let alike = 0;
  for (const [at, one] of all.entries()) {
    const before = all[at - 1];
    const isAlike = before && compareKeys(before, one) === 0;
    if (!isAlike) number = 1;
    // The parts of one series that was answered in parts stay one series.
    else if (before.unfiltered !== one.unfiltered) {
      number += 1;
      alike += 1;
    }
    ordered.push(number > 1 ? numbered(one.rows, number) : one.rows);
  }
  if (alike === 0) return ordered;
  onAlike(alike);
  return ordered.sort((a, b) => compareRows(a, b) || startOf(a) - startOf(b));
}

function numbered({ count, shared, varying }: SeriesRows, number: number): SeriesRows {
  const labels = JSON.parse(String(shared["labels"])) as Labels;
  return new SeriesRows(
    count,
    { ...shared, labels: sortedText({ ...labels, [SERIES_NUMBER]: `${number}` }) },
    varying,
  );
}

function compareKeys(a: ReadSeries, b: ReadSeries): number {
  return compareRows(a.rows, b.rows);
}

/** Without a locale. */
function compareRows(a: SeriesRows, b: SeriesRows): number {
  for (const name of ORDER) {
    const order = compareText(String(a.shared[name] ?? ""), String(b.shared[name] ?? ""));
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function firstTime({ rows }: ReadSeries): number {
  return startOf(rows);
}

function startOf(rows: SeriesRows): number {
  return rows.varying["timestamp"]?.[0] ?? 0;
}

/**
 * Samples `t` with `hour <= t < hour + 3600`, whatever ends the server's range has, their times in milliseconds. Of
 * several at the same time, as a server that merges two scrapers' data may hold them, the first.
 */
function withinHour(
  metric: string,
  { timestamps, values }: SampleSeries,
  run: SamplesRun,
): Pick<SampleSeries, "timestamps" | "values"> {
  const from = run.hour * 1000;
  const until = from + SECONDS_PER_HOUR * 1000;
  const kept = { timestamps: new Float64Array(timestamps.length), values: new Float64Array(values.length) };
  let count = 0;
  let last = -Infinity;
  let repeated = 0;
  // Not `entries()`, which makes a pair of each sample.
  for (let at = 0; at < timestamps.length; at++) {
    const time = Math.round((timestamps[at] as number) * 1000);
    if (time < last) throw backwards(metric, last, time);
    if (time === last) repeated += 1;
    else if (time >= from && time < until) {
      kept.timestamps[count] = time;
      kept.values[count] = values[at] ?? NaN;
      count += 1;
    }
    last = time;
  }
  if (repeated > 0) run.onRepeated(repeated);
  return { timestamps: kept.timestamps.subarray(0, count), values: kept.values.subarray(0, count) };
}

function backwards(metric: string, last: number, time: number): UntrustedAnswerError {
  const [before, after] = [last, time].map((milliseconds) => new Date(milliseconds).toISOString());
  return new UntrustedAnswerError(
    `A series of "${metric}" goes from ${before} back to ${after}; Prometheus answers samples in the order of time`,
  );
}

function sharedCells(metric: string, labels: Labels, run: SamplesRun): { row: Row; unfiltered: string } {
  const row: Row = { hour_start: run.hour * 1000, cluster_arn: run.clusterArn, metric };
  const taken = new Set(["__name__"]);
  const isExporters = metric.startsWith(OF_GPUS) && namesGpuExporter(labels);
  for (const [column, name] of VERBATIM) {
    const from = renamedLabel(labels, name);
    // What an idle GPU's exporter is called is no workload: it stays among the labels.
    if (isExporters && from === name && IS_WORKLOAD.has(name)) {
      row[column] = null;
      continue;
    }
    row[column] = labels[from] || null;
    taken.add(from);
  }
  const uid = uidOf(labels, row, run.uids);
  row["pod_uid"] = uid ?? null;
  // The exporter runs on the node of the GPU.
  const onNode = uid ?? (isExporters ? onlyUid(labels["namespace"], labels["pod"], run.uids) : undefined);
  row["node"] = labels["node"] || (onNode && run.nodeOf(onNode)) || labels["Hostname"] || null;
  const kept = filterSeriesLabels(labels, run.labels);
  row["labels"] = labelText(kept, taken);
  const isChanged = Object.entries(labels).some(([name, value]) => kept[name] !== value);
  return { row, unfiltered: isChanged ? sortedText(labels) : "" };
}

function uidOf(labels: Labels, row: Row, uids: PodUids): string | undefined {
  const own = labels["uid"] || uidFromCgroup(labels["id"] ?? "");
  if (own) return own;
  return onlyUid(row["namespace"], row["pod"], uids);
}

function onlyUid(namespace: unknown, pod: unknown, uids: PodUids): string | undefined {
  return typeof namespace === "string" && typeof pod === "string" ? uids.only(namespace, pod) : undefined;
}

function labelText(labels: Labels, taken: ReadonlySet<string>): string {
  return sortedText(Object.fromEntries(Object.entries(labels).filter(([name]) => !taken.has(name))));
}

function sortedText(labels: Labels): string {
  const names = Object.keys(labels).sort();
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, labels[name]])));
}
