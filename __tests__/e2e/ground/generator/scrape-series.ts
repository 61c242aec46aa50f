import type { LivingSeries } from "../history/lifetimes.ts";
import { labelText } from "./label-text.ts";
import type { ClusterPlan, Life } from "./plan.ts";

/** What Prometheus scrapes, while it is there, and how many samples it gets each time. */
export interface ScrapeTarget extends Life {
  readonly job: string;
  readonly instance: string;
  readonly samples: number;
}

/** Every node's kubelet and, with GPUs, dcgm-exporter while there is the node; kube-state-metrics; OpenCost. */
export function scrapeTargets({ nodes, pods, from, until }: ClusterPlan): ScrapeTarget[] {
  const always = { from, until };
  return [
    ...nodes.map((node) => target("kubernetes-nodes-cadvisor", node.name, node, 900)),
    ...nodes
      .filter(({ gpuSharing }) => gpuSharing !== "none")
      .map((node) => target("dcgm", node.name, node, 90)),
    target("kube-state-metrics", "127.0.0.1:9501", always, pods.length * 30),
    target("opencost", "127.0.0.1:9003", always, pods.length * 10),
  ];
}

function target(job: string, instance: string, { from, until }: Life, samples: number): ScrapeTarget {
  return { job, instance, samples, from, until };
}

/** What Prometheus notes of each target. */
export function scrapeSeries(plan: ClusterPlan): LivingSeries[] {
  return scrapeTargets(plan).flatMap(({ job, instance, samples, from, until }) => {
    const labels = labelText({ job, instance });
    const values = {
      up: 1,
      scrape_samples_scraped: samples,
      scrape_samples_post_metric_relabeling: Math.round(samples / 3),
      scrape_duration_seconds: samples / 20_000,
    };
    return Object.entries(values).map(([metric, value]) => ({
      metric,
      labels,
      value: () => value,
      from,
      until,
    }));
  });
}
