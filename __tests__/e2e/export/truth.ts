import assert from "node:assert/strict";
import { labelOf } from "../ground/history/exposition.ts";
import { RECORDED, recordedSeries } from "../ground/history/recorded-cluster.ts";
import { recordedAnswer } from "../ground/opencost-replay.ts";

const HOUR = 3600;

// A millisecond before the hour's end, as the dictionary says: how far Prometheus extrapolates depends on it.
const INSTANT = 0.001;

/** What a dataset's file of one hour has to hold, told by the sources and not by the agent. */
export interface Truth {
  readonly rows: number;
  /** By column. */
  readonly sums: Readonly<Record<string, number>>;
}

/** The three recorded hours, by their first second. */
export const HOURS: readonly number[] = [RECORDED.from, RECORDED.from + HOUR, RECORDED.from + 2 * HOUR];

/** What OpenCost answered for an hour. */
export function allocationTruth(hour: number): Truth {
  const answer = JSON.parse(String(recordedAnswer(hour))) as {
    data: [Record<string, Record<string, number>>];
  };
  const allocations = Object.values(answer.data[0]);
  const sum = (field: string): number => allocations.reduce((total, one) => total + (one[field] ?? 0), 0);
  return {
    rows: allocations.length,
    sums: {
      total_cost: sum("totalCost"),
      cpu_core_hours: sum("cpuCoreHours"),
      ram_byte_hours: sum("ramByteHours"),
      gpu_hours: sum("gpuHours"),
      pv_cost: sum("pvCost"),
      load_balancer_cost: sum("loadBalancerCost"),
    },
  };
}

/** What Prometheus answers for an hour, asked in other words than the agent's. */
export async function containerTruth(prometheusUrl: string, hour: number): Promise<Truth> {
  const ask = (query: string): Promise<number> => askNumber(prometheusUrl, query, hour + HOUR - INSTANT);
  const each = 'container!="",job="kubernetes-nodes-cadvisor"';
  return {
    rows: await ask(
      `count(count by (namespace, pod, container, id) (max_over_time(container_last_seen{${each}}[1h])))`,
    ),
    sums: {
      sample_count: await ask(`sum(count_over_time(container_memory_rss{${each}}[1h]))`),
      cpu_usage_core_seconds: await ask(`sum(increase(container_cpu_usage_seconds_total{${each}}[1h]))`),
      cpu_throttled_seconds: await ask(
        `sum(increase(container_cpu_cfs_throttled_seconds_total{${each}}[1h]))`,
      ),
      memory_rss_bytes_max: await ask(`sum(max_over_time(container_memory_rss{${each}}[1h]))`),
      fs_writes_bytes: await ask(`sum(increase(container_fs_writes_bytes_total{${each}}[1h]))`),
      running_seconds: await ask(
        '60 * sum(count_over_time((kube_pod_container_status_running{job="kube-state-metrics"} offset -59999ms == 1)[1h:1m]) and max_over_time(kube_pod_container_status_running{job="kube-state-metrics"}[1h]))',
      ),
    },
  };
}

/**
 * What the closed forms behind the history say: no Prometheus in between. The average and the maximum of a gauge
 * over the hour's sixty scrapes are sums of known numbers.
 */
export function closedFormTruth(hour: number): Pick<Truth, "sums"> {
  let average = 0;
  let maximum = 0;
  let samples = 0;
  for (const { metric, labels, value, from, until } of recordedSeries()) {
    if (metric !== "container_memory_working_set_bytes" || labelOf(labels, "container") === "") continue;
    const values: number[] = [];
    for (let at = Math.max(from, hour); at < Math.min(until, hour + HOUR); at += RECORDED.stepSeconds) {
      values.push(value(at));
    }
    if (values.length === 0) continue;
    average += values.reduce((sum, one) => sum + one, 0) / values.length;
    maximum += Math.max(...values);
    samples += values.length;
  }
  return {
    sums: {
      memory_working_set_bytes_avg: average,
      memory_working_set_bytes_max: maximum,
      sample_count: samples,
    },
  };
}

async function askNumber(url: string, query: string, time: number): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, time: String(time) })}`);
  const text = await response.text();
  assert.ok(response.ok, text);
  const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } };
  assert.equal(data.result.length, 1, `${query} has ${data.result.length} series`);
  return Number(data.result[0]?.value[1]);
}

/** Asserts that sums agree but for the order in which they were added. */
export function assertSums(
  found: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): void {
  for (const [column, sum] of Object.entries(wanted)) {
    const value = found[column];
    const close = value !== undefined && Math.abs(value - sum) <= 1e-9 * Math.abs(sum) + 1e-9;
    assert.ok(close, `"${column}" sums to ${value}, the source says ${sum}`);
  }
}
