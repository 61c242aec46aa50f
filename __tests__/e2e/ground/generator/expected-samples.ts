import { SAMPLE_QUERIES } from "../../../../contract/datasets/samples.ts";
import type { LivingSeries } from "../history/lifetimes.ts";
import { writtenValue } from "../history/open-metrics.ts";
import { parseLabels } from "../opencost/history.ts";
import type { ClusterPlan, PodPlan } from "./plan.ts";
import { withinHour, type HourOfLife } from "./within-hour.ts";

/** A series of raw samples in an hour. */
export interface ExpectedSeries {
  /** Columns that tell it from the others, in {@link SERIES_KEY}'s order. */
  readonly key: readonly (string | null)[];
  readonly podUid: string | null;
  readonly node: string | null;
  readonly inHour: HourOfLife;
  /** What was scraped at one of its scrapes. */
  valueAt(seconds: number): number;
}

/** The columns of the dataset's key but for the time. */
export const SERIES_KEY = ["metric", "namespace", "pod", "container", "resource", "gpu_uuid", "labels"];

/** Which column each of these labels is. */
const TAKEN = ["namespace", "pod", "container", "resource", "UUID"] as const;
const METRICS: ReadonlySet<string> = new Set(SAMPLE_QUERIES.flatMap(({ metrics }) => metrics));

/** The series whose samples of the hour from `start` the dataset `samples` must hold: of containers, requests, GPUs. */
export function expectedSeries(
  plan: ClusterPlan,
  series: readonly LivingSeries[],
  start: number,
): ExpectedSeries[] {
  const pods = new Map<string, PodPlan[]>();
  for (const pod of plan.pods) {
    const name = `${pod.namespace}/${pod.name}`;
    if (withinHour(pod, start)) pods.set(name, [...(pods.get(name) ?? []), pod]);
  }
  return series.flatMap((one): ExpectedSeries[] => {
    const inHour = METRICS.has(one.metric) ? withinHour(one, start) : undefined;
    if (!inHour) return [];
    const labels = parseLabels(one.labels);
    // Of what is requested, CPU and memory.
    if (labels["resource"] !== undefined && !/^(cpu|memory)$/.test(labels["resource"])) return [];
    const pod = podOf(pods.get(`${labels["namespace"]}/${labels["pod"]}`) ?? [], one.labels);
    return [
      {
        key: keyOf(one.metric, labels),
        podUid: pod?.uid ?? null,
        node: pod?.node.name ?? labels["Hostname"] ?? null,
        inHour,
        valueAt: (seconds) => writtenValue(one.value(seconds)),
      },
    ];
  });
}

/** The one pod of the name, or the one whose uid the series has: its own or that of the cgroup. */
function podOf(pods: readonly PodPlan[], labels: string): PodPlan | undefined {
  if (pods.length === 1) return pods[0];
  return pods.find(({ uid }) => labels.includes(uid) || labels.includes(uid.replaceAll("-", "_")));
}

function keyOf(metric: string, labels: Readonly<Record<string, string>>): (string | null)[] {
  const taken = new Set<string>(TAKEN);
  const others = Object.entries(labels).filter(([name]) => !taken.has(name));
  return [
    metric,
    ...TAKEN.map((name) => labels[name] ?? null),
    JSON.stringify(Object.fromEntries(others.sort(([a], [b]) => (a < b ? -1 : 1)))),
  ];
}
