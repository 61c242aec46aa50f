import pMap from "p-map";
import { allocation } from "../../contract/datasets/allocation.ts";
import type { NodePrices } from "./allocation-costs.ts";
import { createPodUids, type PodUids } from "./pod-uids.ts";
import { label, queryById, type AskQuery } from "./queries.ts";

/** What Prometheus knows about an hour that OpenCost's answer lacks. */
export interface AllocationLookups {
  readonly uids: PodUids;
  readonly prices: NodePrices;
  /** undefined when kube-state-metrics has no series. */
  readonly runningContainers: number | undefined;
}

const CONCURRENCY = 4;

/** Asks the allocation dataset's queries, reporting in `warnings` what is missing and which columns suffer. */
export async function readLookups(ask: AskQuery, warnings: string[]): Promise<AllocationLookups> {
  const uids = createPodUids();
  const prices = {
    cpu: new Map<string, number>(),
    ram: new Map<string, number>(),
    gpu: new Map<string, number>(),
  };
  let runningContainers: number | undefined;
  const readers: readonly (() => Promise<void>)[] = [
    async () => {
      for await (const { labels } of ask(queryById(allocation.queries, "pod_uid"))) {
        uids.add(label(labels, "namespace"), label(labels, "pod"), label(labels, "uid"));
      }
    },
    async () => {
      for await (const { value } of ask(queryById(allocation.queries, "running_containers")))
        runningContainers = value;
    },
    ...(["cpu", "ram", "gpu"] as const).map((kind) => async () => {
      const query = queryById(allocation.queries, `node_${kind}_price`);
      for await (const { labels, value } of ask(query)) prices[kind].set(label(labels, "node"), value);
      if (prices[kind].size > 0) return;
      warnings.push(
        `"${query.metrics.join('", "')}" has no series: ${kind}_cost_precise is ${kind}_cost as answered; let Prometheus scrape OpenCost's /metrics`,
      );
    }),
  ];
  await pMap(readers, (read) => read(), { concurrency: CONCURRENCY });
  return { uids, prices, runningContainers };
}
