import { join } from "node:path";
import { keepList } from "../../../../contract/datasets/index.ts";
import { runningContainers } from "./cluster.ts";
import { labelOf, readExposition, type ExposedSample } from "./exposition.ts";
import { gpuSeries } from "./gpu-series.ts";
import { claimSeries, podNetworkSeries, scrapeSeries } from "./kubelet-series.ts";
import { livingSeries, type LivingSeries } from "./lifetimes.ts";
import { containerSeries, type Series } from "./usage.ts";

/** The recorded pages, and what the history covers: three closed hours, scraped each minute. */
export const RECORDED = {
  kubeStateMetrics: join(import.meta.dirname, "../../../fixtures/history/kube-state-metrics.txt.gz"),
  opencost: join(import.meta.dirname, "../../../fixtures/history/opencost.txt.gz"),
  from: Date.UTC(2026, 10, 22, 9) / 1000,
  until: Date.UTC(2026, 10, 22, 12) / 1000,
  stepSeconds: 60,
} as const;

/** All series of the recorded cluster that the data dictionary reads. */
export function recordedSeries(): LivingSeries[] {
  const kubeStateMetrics = readExposition(RECORDED.kubeStateMetrics);
  const opencost = readExposition(RECORDED.opencost);
  const kept = new Set(keepList());
  const series: Series[] = [
    ...runningContainers(kubeStateMetrics).flatMap(containerSeries),
    ...podNetworkSeries(kubeStateMetrics),
    ...claimSeries(kubeStateMetrics),
    ...scrapeSeries(kubeStateMetrics),
    ...gpuSeries(kubeStateMetrics),
    ...kubeStateMetrics.map((sample) => constantSeries(sample, "kube-state-metrics", "127.0.0.1:9501")),
    // OpenCost re-emits some of kube-state-metrics' names: they stay in, as in a Prometheus that scrapes everything.
    ...opencost.map((sample) => constantSeries(sample, "opencost", "127.0.0.1:9003")),
  ];
  return series
    .filter(({ metric }) => kept.has(metric))
    .flatMap((one) => livingSeries(one, RECORDED.from, RECORDED.until));
}

function constantSeries({ metric, labels, value }: ExposedSample, job: string, instance: string): Series {
  const scraped = { job, instance };
  const added = Object.entries(scraped)
    .filter(([name]) => labelOf(labels, name) === undefined)
    .map(([name, text]) => `${name}="${text}"`);
  return { metric, labels: [labels, ...added].filter((text) => text !== "").join(","), value: () => value };
}
