import { GPU_COUNTERS } from "../gpu/counters.ts";
import type { LivingSeries } from "../history/lifetimes.ts";
import { gpuUses } from "./gpu-uses.ts";
import { labelText } from "./label-text.ts";
import type { ClusterPlan } from "./plan.ts";

/** What dcgm-exporter, scraped on each node, tells of the GPUs of a cluster: its default fields. */
export function gpuSeries(plan: Pick<ClusterPlan, "nodes" | "pods">): LivingSeries[] {
  return gpuUses(plan).flatMap(({ node, isMig, labels, active, from, until }) => {
    const scraped = labelText({ ...labels, job: "dcgm", instance: node.name });
    return GPU_COUNTERS.filter(({ wholeOnly }) => !(isMig && wholeOnly)).map(({ name, value }) => ({
      metric: name,
      labels: scraped,
      value: (t: number) => value(active, t, node.from),
      from,
      until,
    }));
  });
}
