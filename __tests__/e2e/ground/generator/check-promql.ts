import { createHistory, type HistorySeries } from "../opencost/history.ts";
import {
  averageOverTime,
  increaseBySteps,
  maximumInstantRate,
  maximumOverTime,
  rate,
  seenBetween,
  type Span,
} from "../opencost/promql.ts";
import type { ClusterPlan } from "./plan.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

type Ours = (series: HistorySeries, span: Span) => number | undefined;

const QUERIES: readonly { readonly metric: string; readonly promql: string; readonly ours: Ours }[] = [
  {
    metric: "container_cpu_allocation",
    promql: "avg_over_time(container_cpu_allocation[1h])",
    ours: averageOverTime,
  },
  {
    metric: "container_memory_working_set_bytes",
    promql: "max_over_time(container_memory_working_set_bytes[1h])",
    ours: maximumOverTime,
  },
  {
    metric: "container_cpu_usage_seconds_total",
    promql: "rate(container_cpu_usage_seconds_total[1h])",
    ours: rate,
  },
  {
    metric: "container_cpu_usage_seconds_total",
    promql: "max_over_time(irate(container_cpu_usage_seconds_total[10m])[1h:5m])",
    ours: maximumInstantRate,
  },
  {
    metric: "container_network_transmit_bytes_total",
    promql: "increase(container_network_transmit_bytes_total[1h:5m])",
    ours: increaseBySteps,
  },
  {
    metric: "kube_pod_container_status_running",
    promql: "min_over_time((time() * kube_pod_container_status_running)[1h:5m])",
    ours: (series, span) => seenBetween(series, span)?.start,
  },
  {
    metric: "kube_pod_container_status_running",
    promql: "max_over_time((time() * kube_pod_container_status_running)[1h:5m])",
    ours: (series, span) => seenBetween(series, span)?.end,
  },
];
// The history is written with 12 digits.
const TOLERANCE = 1e-6;

/**
 * Holds the stand-in's reading of a generated history to that of a real Prometheus with the same history, series by
 * series, in the hour from `start`. @returns what differs, and how many series were compared
 */
export async function checkPromql(
  plan: ClusterPlan,
  start: number,
  prometheusUrl: string,
): Promise<{ differing: string[]; compared: number }> {
  const history = createHistory(clusterSeries(plan), SCRAPE_SECONDS);
  const span = { start, end: start + 3600 };
  const differing: string[] = [];
  let compared = 0;
  for (const { metric, promql, ours } of QUERIES) {
    const theirs = await askPrometheus(prometheusUrl, promql, span.end);
    for (const series of history.series(metric)) {
      const [mine, real] = [ours(series, span), theirs.get(seriesKey(series.labels))];
      if (mine === undefined && real === undefined) continue;
      compared++;
      if (mine !== undefined && real !== undefined && isClose(mine, real)) continue;
      differing.push(`${promql} of ${seriesKey(series.labels)}: "${mine}", Prometheus says "${real}"`);
    }
  }
  return { differing, compared };
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b));
}

async function askPrometheus(url: string, promql: string, time: number): Promise<Map<string, number>> {
  const query = new URLSearchParams({ query: promql, time: String(time) });
  const response = await fetch(`${url}/api/v1/query?${query}`);
  if (!response.ok) throw new Error(`Prometheus answered "${response.status}" to "${promql}"; expected 200`);
  const { data } = (await response.json()) as {
    data: { result: readonly { metric: Record<string, string>; value: readonly [number, string] }[] };
  };
  return new Map(data.result.map(({ metric, value }) => [seriesKey(metric), Number(value[1])]));
}

function seriesKey(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== "__name__")
    .map(([name, value]) => `${name}="${value}"`)
    .sort()
    .join(",");
}
