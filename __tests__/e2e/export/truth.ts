import { realOpencostUrl } from "../ground/env.ts";
import { askHour } from "../ground/generator/check-costs.ts";
import { labelOf } from "../ground/history/exposition.ts";
import type { LivingSeries } from "../ground/history/lifetimes.ts";
import { RECORDED, recordedSeries } from "../ground/history/recorded-cluster.ts";
import { recordedAnswer } from "../ground/opencost-replay.ts";
import type { Answered, HourFacts } from "./allocation-truth.ts";
import { askInstant } from "./ask-prometheus.ts";

const HOUR = 3600;

/** The three recorded hours, by their first second. */
export const HOURS: readonly number[] = [RECORDED.from, RECORDED.from + HOUR, RECORDED.from + 2 * HOUR];

/** What OpenCost answers for a recorded hour, by the names of its rows: as recorded, or what OPENCOST_URL says now. */
export async function answeredAllocations(hour: number): Promise<Readonly<Record<string, Answered>>> {
  const real = realOpencostUrl();
  const rows: readonly Answered[] = real === undefined ? recordedRows(hour) : await askHour(real, hour);
  return Object.fromEntries(rows.map((row) => [String(row["name"]), row]));
}

function recordedRows(hour: number): Answered[] {
  const answer = JSON.parse(String(recordedAnswer(hour))) as { data: [Record<string, Answered>] };
  return Object.values(answer.data[0]);
}

/** What Prometheus says of an hour's pods and prices. */
export async function hourFacts(prometheusUrl: string, hour: number): Promise<HourFacts> {
  const ask = (query: string): ReturnType<typeof askInstant> =>
    askInstant(prometheusUrl, query, hour + HOUR - 0.001);
  const uids = new Map<string, Set<string>>();
  for (const { labels } of await ask('last_over_time(kube_pod_info{job="kube-state-metrics"}[60m])')) {
    const pod = `${labels["namespace"]}/${labels["pod"]}`;
    uids.set(pod, (uids.get(pod) ?? new Set()).add(labels["uid"] ?? ""));
  }
  const prices = async (of: string): Promise<Map<string, number>> => {
    const series = await ask(`last_over_time(node_${of}_hourly_cost{job="opencost"}[60m])`);
    return new Map(series.map(({ labels, values }) => [labels["node"] ?? "", values[0]?.[1] ?? Number.NaN]));
  };
  return { uids, prices: { cpu: await prices("cpu"), ram: await prices("ram"), gpu: await prices("gpu") } };
}

/** The working sets of the recorded cluster's containers, as closed forms of time. */
export function recordedWorkingSets(): LivingSeries[] {
  return recordedSeries().filter(
    ({ metric, labels }) =>
      metric === "container_memory_working_set_bytes" && labelOf(labels, "container") !== "",
  );
}

/**
 * What the closed forms behind the history say: no Prometheus in between. The average and the maximum of a gauge
 * over the hour's sixty scrapes are sums of known numbers.
 */
export function closedFormSums(
  workingSets: readonly LivingSeries[],
  hour: number,
): Readonly<Record<string, number>> {
  let average = 0;
  let maximum = 0;
  let samples = 0;
  for (const { value, from, until } of workingSets) {
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
    memory_working_set_bytes_avg: average,
    memory_working_set_bytes_max: maximum,
    sample_count: samples,
  };
}
