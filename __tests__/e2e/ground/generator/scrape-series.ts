import type { LivingSeries } from "../history/lifetimes.ts";
import { labelText } from "./label-text.ts";
import type { ClusterPlan, Life } from "./plan.ts";

/** What Prometheus notes of each target: every node's kubelet while there is the node, kube-state-metrics, OpenCost. */
export function scrapeSeries(plan: ClusterPlan): LivingSeries[] {
  return [
    ...plan.nodes.flatMap((node) => target("kubernetes-nodes-cadvisor", node.name, node, 900)),
    ...target("kube-state-metrics", "127.0.0.1:9501", plan, plan.pods.length * 30),
    ...target("opencost", "127.0.0.1:9003", plan, plan.pods.length * 10),
  ];
}

function target(job: string, instance: string, { from, until }: Life, samples: number): LivingSeries[] {
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
}
