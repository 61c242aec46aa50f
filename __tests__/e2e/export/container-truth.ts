import { askEachMinute, askInstant, type AskedSeries } from "./ask-prometheus.ts";
import type { ExportFacts } from "./allocation-truth.ts";
import type { TrueRow } from "./differences.ts";
import type { FileRow } from "../readers/read-rows.ts";

const HOUR = 3600;
const MINUTE = 60;
/** For how long Prometheus shows a sample that nothing followed. */
const LOOKBACK = 300;
// A millisecond before the hour's end, as the dictionary says: how far Prometheus extrapolates depends on it.
const INSTANT = 0.001;

const CADVISOR = 'job="kubernetes-nodes-cadvisor",container!=""';
const KSM = 'job="kube-state-metrics"';

/** What tells a row of the dataset from the others of its hour. */
export function containerKey(row: FileRow): string {
  return ["namespace", "pod", "pod_uid", "container"].map((column) => row[column] ?? "").join("/");
}

/**
 * The rows of an hour's file by {@link containerKey}: every column of the dataset, asked of Prometheus in other words
 * than the agent's (raw samples where these decide, rates for increases) and by a client of its own. Holds for
 * containers that were started once and have no init or ephemeral siblings.
 */
export async function containerTruth(url: string, facts: ExportFacts): Promise<Map<string, TrueRow>> {
  const at = facts.hour + HOUR - INSTANT;
  const answers = await Promise.all([
    sampledColumns(url, facts.hour, at),
    askedColumns(url, at),
    stateColumns(url, facts.hour, at),
  ]);
  const columns: Columns = Object.assign({}, ...answers) as Columns;
  const { sample_count: scraped, running_seconds: running } = columns;
  const nodes = await textBy(
    url,
    `last_over_time(kube_pod_info{${KSM},node!=""}[60m])`,
    at,
    "node",
    ({ labels }) => labels["uid"] ?? "",
  );
  const ended = `max_over_time(kube_pod_container_status_terminated_reason{${KSM}}[60m]) == 1`;
  const reasons = await textBy(url, ended, at, "reason", keyOfSeries);
  const ran = [...(running ?? [])].filter(([, seconds]) => seconds > 0).map(([key]) => key);
  const keys = new Set([...(scraped?.keys() ?? []), ...ran]);
  return new Map(
    [...keys].map((key) => {
      const [namespace = "", pod = "", uid = "", container = ""] = key.split("/");
      const row: TrueRow = {
        hour_start: facts.hour * 1000,
        cluster_arn: facts.clusterArn,
        namespace,
        pod,
        pod_uid: uid,
        container,
        pod_uid_source: scraped?.has(key) ? "cadvisor" : "kube-state-metrics",
        container_kind: running?.has(key) ? "app" : null,
        node: nodes.get(uid) ?? null,
        ...Object.fromEntries(Object.entries(columns).map(([name, all]) => [name, all.get(key) ?? null])),
        cpu_usage_cores_avg: averageCores(columns, key),
        terminated_reason: reasons.get(key) ?? null,
      };
      return [key, row] as const;
    }),
  );
}

function averageCores(
  { cpu_usage_core_seconds: used, observed_seconds: seen }: Columns,
  key: string,
): number | null {
  const [coreSeconds, seconds] = [used?.get(key), seen?.get(key)];
  return coreSeconds === undefined || !seconds ? null : coreSeconds / seconds;
}

/** One question's answers, by {@link containerKey}. */
type Answers<Value> = ReadonlyMap<string, Value>;

/** Answers by column. */
type Columns = Readonly<Record<string, Answers<number>>>;

/** What raw samples of cAdvisor's decide. */
async function sampledColumns(url: string, hour: number, at: number): Promise<Columns> {
  const gauges = [
    "memory_working_set_bytes",
    "memory_rss",
    "memory_usage_bytes",
    "memory_cache",
    "fs_usage_bytes",
    "last_seen",
  ];
  const [scraped, rss, usage, cache, files, seen] = (await Promise.all(
    gauges.map((gauge) => rawSamples(url, `container_${gauge}{${CADVISOR}}`, at)),
  )) as [Samples, Samples, Samples, Samples, Samples, Samples];
  const rates = await rawRates(url, hour);
  return {
    sample_count: mapValues(scraped, ({ length }) => length),
    observed_seconds: mapValues(scraped, (points) => observedSeconds(points, hour)),
    cpu_usage_cores_max: mapValues(rates, maximum),
    cpu_usage_cores_p95: mapValues(rates, p95),
    memory_working_set_bytes_avg: mapValues(scraped, mean),
    memory_working_set_bytes_max: mapValues(scraped, maximum),
    memory_working_set_bytes_p95: mapValues(scraped, p95),
    memory_rss_bytes_avg: mapValues(rss, mean),
    memory_rss_bytes_max: mapValues(rss, maximum),
    memory_usage_bytes_avg: mapValues(usage, mean),
    memory_usage_bytes_max: mapValues(usage, maximum),
    memory_cache_bytes_avg: mapValues(cache, mean),
    fs_usage_bytes_avg: mapValues(files, mean),
    fs_usage_bytes_max: mapValues(files, maximum),
    last_seen: mapValues(seen, (points) => maximum(points) * 1000),
  };
}

/** What a query of its own answers. */
async function askedColumns(url: string, at: number): Promise<Columns> {
  const counted = (metric: string): string => `${HOUR} * rate(container_${metric}{${CADVISOR}}[60m])`;
  const last = (metric: string): string => `last_over_time(${metric}[60m])`;
  const resource = (kind: string, of: string): string =>
    last(`kube_pod_container_resource_${kind}{${KSM},resource="${of}"}`);
  const queries = {
    cpu_usage_core_seconds: counted("cpu_usage_seconds_total"),
    cpu_throttled_seconds: counted("cpu_cfs_throttled_seconds_total"),
    cpu_quota_microseconds: last(`container_spec_cpu_quota{${CADVISOR}}`),
    cpu_period_microseconds: last(`container_spec_cpu_period{${CADVISOR}}`),
    fs_reads_bytes: counted("fs_reads_bytes_total"),
    fs_writes_bytes: counted("fs_writes_bytes_total"),
    cpu_request_cores: resource("requests", "cpu"),
    cpu_limit_cores: resource("limits", "cpu"),
    memory_request_bytes: resource("requests", "memory"),
    memory_limit_bytes: resource("limits", "memory"),
    ephemeral_storage_request_bytes: resource("requests", "ephemeral_storage"),
    ephemeral_storage_limit_bytes: resource("limits", "ephemeral_storage"),
    gpu_request_count: resource("requests", "nvidia_com_gpu"),
  };
  const answers = Object.entries(queries).map(async ([column, query]) => [
    column,
    await vector(url, query, at),
  ]);
  return Object.fromEntries(await Promise.all(answers)) as Columns;
}

/** What raw samples of kube-state-metrics' decide. */
async function stateColumns(url: string, hour: number, at: number): Promise<Columns> {
  const running = await rawSamples(url, `kube_pod_container_status_running{${KSM}}`, at);
  const restarts = await rawSamples(url, `kube_pod_container_status_restarts_total{${KSM}}`, at);
  return {
    running_seconds: mapValues(running, (points) => runningSeconds(points, hour)),
    restarts: mapValues(restarts, (points) => maximum(points) - minimum(points)),
  };
}

/** Samples in their order: epoch seconds and values. */
type Points = AskedSeries["values"];
type Samples = Answers<Points>;

/** What cAdvisor's cgroup or kube-state-metrics' own label says the pod's uid is, and the other parts of the key. */
function keyOfSeries({ labels }: AskedSeries): string {
  const cgroup = /pod([0-9a-f_]{36})\.slice/.exec(labels["id"] ?? "")?.[1]?.replaceAll("_", "-");
  return [labels["namespace"], labels["pod"], labels["uid"] ?? cgroup, labels["container"]].join("/");
}

async function rawSamples(url: string, selector: string, at: number): Promise<Samples> {
  const series = await askInstant(url, `${selector}[60m]`, at);
  return new Map(series.map((one) => [keyOfSeries(one), one.values]));
}

async function vector(url: string, query: string, at: number): Promise<Answers<number>> {
  const series = await askInstant(url, query, at);
  return new Map(series.map((one) => [keyOfSeries(one), one.values[0]?.[1] ?? Number.NaN]));
}

/** The rates over five minutes, at each minute whose five minutes lie within the hour. */
async function rawRates(url: string, hour: number): Promise<Samples> {
  const query = `rate(container_cpu_usage_seconds_total{${CADVISOR}}[5m])`;
  const series = await askEachMinute(url, query, hour + 5 * MINUTE - INSTANT, hour + HOUR - INSTANT);
  return new Map(series.map((one) => [keyOfSeries(one), one.values]));
}

/** A label's value, by what tells the series apart. */
async function textBy(
  url: string,
  query: string,
  at: number,
  label: string,
  keyOf: (series: AskedSeries) => string,
): Promise<ReadonlyMap<string, string>> {
  const series = await askInstant(url, query, at);
  return new Map(series.map((one) => [keyOf(one), one.labels[label] ?? ""]));
}

/** Minutes at whose end the hour's last scrape is less than two minutes old. */
function observedSeconds(points: Points, hour: number): number {
  const seen = (end: number): boolean => end - (newest(points, end)?.[0] ?? 0) < 2 * MINUTE;
  return MINUTE * minuteEnds(hour).filter(seen).length;
}

/** Minutes at whose end Prometheus shows the container running. */
function runningSeconds(points: Points, hour: number): number {
  const runs = (end: number): boolean => {
    const point = newest(points, end);
    return point !== undefined && end - point[0] < LOOKBACK && point[1] === 1;
  };
  return MINUTE * minuteEnds(hour).filter(runs).length;
}

function minuteEnds(hour: number): number[] {
  return Array.from({ length: HOUR / MINUTE }, (_, minute) => hour + (minute + 1) * MINUTE - INSTANT);
}

/** The newest of the hour's samples at `end`. */
function newest(points: Points, end: number): Points[number] | undefined {
  return points.filter(([at]) => at <= end).at(-1);
}

function mapValues(all: Samples, of: (points: Points) => number): Map<string, number> {
  return new Map([...all].map(([key, points]) => [key, of(points)]));
}

function mean(points: Points): number {
  return points.reduce((sum, [, value]) => sum + value, 0) / points.length;
}

function maximum(points: Points): number {
  return Math.max(...points.map(([, value]) => value));
}

function minimum(points: Points): number {
  return Math.min(...points.map(([, value]) => value));
}

/** Prometheus' quantile: between the two samples that the rank lies between. */
function p95(points: Points): number {
  const sorted = points.map(([, value]) => value).sort((a, b) => a - b);
  const rank = 0.95 * (sorted.length - 1);
  const [low, high] = [
    sorted[Math.floor(rank)] ?? NaN,
    sorted[Math.min(Math.ceil(rank), sorted.length - 1)] ?? NaN,
  ];
  return low + (high - low) * (rank - Math.floor(rank));
}
