import type { Cluster } from "./cluster.ts";
import { seriesOf, type Series } from "./series.ts";

/** Samples of a series in an hour, at a scrape interval of a minute. */
const POINTS = 60;
/** So many different hours of samples there are; each series has one of them. */
const PATTERNS = 128;

const METRIC = /\b(?:container|kube|kubecost|kubelet|DCGM|node|pv|pod_pvc|scrape)_\w+|\bup\b/;

/** A Prometheus' answer to a query of the dictionary for the hour that ends at `timeSeconds`, as text in pieces. */
export function* answerOf(cluster: Cluster, promql: string, timeSeconds: number): Generator<string> {
  const isRaw = /^\w+(?:\{[^}]*\})?\[1h\]$/.test(promql);
  yield `{"status":"success","data":{"resultType":"${isRaw ? "matrix" : "vector"}","result":[`;
  let separator = "";
  const items = isRaw ? rawSeries(cluster, promql, timeSeconds) : instantSeries(cluster, promql, timeSeconds);
  for (const item of items) {
    yield separator + item;
    separator = ",";
  }
  yield "]}}";
}

function* instantSeries(cluster: Cluster, promql: string, timeSeconds: number): Generator<string> {
  const metric = METRIC.exec(promql)?.[0] ?? "";
  const by = /\bby \(([^)]*)\)/.exec(promql)?.[1]?.split(", ").sort();
  if (/^(?:60 \* count_over_time\(\(count|count|sum)\(/.test(promql) && !/^sum by/.test(promql)) {
    yield `{"metric":{},"value":[${timeSeconds},"${promql.startsWith("60") ? 3600 : numberOfAll(cluster, promql)}"]}`;
    return;
  }
  for (const [labels, value] of within(seriesOf(cluster, metric), promql)) {
    const shown = by ? picked(labels, by) : JSON.stringify(sorted(labels));
    // What counts minutes is about seconds, whatever the metric is about.
    yield `{"metric":${shown},"value":[${timeSeconds},"${promql.includes("60 * ") ? 3600 : value}"]}`;
  }
}

function numberOfAll(cluster: Cluster, promql: string): number {
  return promql.includes("nvidia_com_gpu") ? cluster.gpus : Math.floor(cluster.pods * 1.25);
}

function* rawSeries(cluster: Cluster, promql: string, timeSeconds: number): Generator<string> {
  const metric = METRIC.exec(promql)?.[0] ?? "";
  const isConstant = /^kube_|_spec_|_total_energy|last_seen/.test(metric);
  const patterns = patternsOf(Math.floor(timeSeconds / 3600) * 3600, isConstant);
  let at = 0;
  for (const [labels] of within(seriesOf(cluster, metric), promql)) {
    const named = JSON.stringify({ __name__: metric, ...sorted(labels) });
    yield `{"metric":${named},"values":${patterns[(at += 7) % PATTERNS]}}`;
  }
}

/** The series that the query's conditions on the namespace let through. */
function* within(series: Iterable<Series>, promql: string): Generator<Series> {
  const [, op, values] = /\bnamespace(=~|!~)"([^"]*)"/.exec(promql) ?? [];
  if (op === undefined || values === undefined) return yield* series;
  const named = new Set(values.split("|"));
  for (const each of series) {
    if (named.has(each[0]["namespace"] ?? "") === (op === "=~")) yield each;
  }
}

function picked(labels: Readonly<Record<string, string>>, by: readonly string[]): string {
  let text = "";
  for (const name of by) {
    const value = labels[name];
    if (value !== undefined && value !== "") text += `${text === "" ? "" : ","}"${name}":"${value}"`;
  }
  return `{${text}}`;
}

function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const made = new Map<string, readonly string[]>();

function patternsOf(hour: number, isConstant: boolean): readonly string[] {
  const key = `${hour} ${isConstant}`;
  const patterns =
    made.get(key) ?? Array.from({ length: PATTERNS }, (_, at) => pattern(hour, at, isConstant));
  made.set(key, patterns);
  return patterns;
}

function pattern(hour: number, at: number, isConstant: boolean): string {
  const points = Array.from({ length: POINTS }, (_, minute) => {
    const value = isConstant
      ? 100_000 + at
      : 50_000_000 + at * 1_048_576 + Math.round(4096 * (1 + Math.sin(at + minute)) * minute);
    const second = isConstant ? hour + minute * 60 + 7.5 : hour + minute * 60 + ((at * 461) % 60_000) / 1000;
    return `[${second},"${value}"]`;
  });
  return `[${points.join(",")}]`;
}
