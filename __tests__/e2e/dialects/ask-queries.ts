import { allocation } from "../../../contract/datasets/allocation.ts";
import { evaluationTime, renderPromql } from "../../../agent-src/export/promql.ts";
import { askInstant } from "../export/ask-prometheus.ts";
import type { FileRow } from "../readers/read-rows.ts";

/** What the queries beside OpenCost's answer, of the dataset `allocation`, say about an hour: a row per series. */
export async function askAllocationQueries(prometheusUrl: string, hour: number): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for (const { id, promql } of allocation.queries) {
    const query = renderPromql(promql, { kubeStateMetricsJob: "kube-state-metrics" });
    for (const { labels, values } of await askInstant(prometheusUrl, query, evaluationTime(hour))) {
      const series = `${id}${JSON.stringify(Object.entries(labels).sort())}`;
      rows.push({ series, value: values[0]?.[1] ?? null });
    }
  }
  return rows;
}
