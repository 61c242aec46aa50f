import type { LivingSeries } from "../history/lifetimes.ts";
import { cadvisorSeries } from "./cadvisor-series.ts";
import { gpuSeries } from "./gpu-series.ts";
import { kubeStateSeries } from "./kube-state-series.ts";
import { opencostSeries } from "./opencost-series.ts";
import type { ClusterPlan } from "./plan.ts";
import { scrapeSeries } from "./scrape-series.ts";

/** Seconds between two scrapes. */
export const SCRAPE_SECONDS = 60;

/** All series of a generated cluster, named and labelled as a scrape of a live one would. */
export function clusterSeries(plan: ClusterPlan): LivingSeries[] {
  return [
    ...plan.pods.flatMap(cadvisorSeries),
    ...kubeStateSeries(plan),
    ...opencostSeries(plan),
    ...scrapeSeries(plan),
    ...gpuSeries(plan),
  ];
}
