import type { Dataset, PrometheusQuery } from "../../contract/datasets/column.ts";
import { renderPromql, type QueryJobs } from "../export/promql.ts";

/** Series that the dictionary reads: a metric with the matchers of one query. */
export interface Selector {
  readonly metric: string;
  /** As the export asks: `kube_pod_info{job=~"kube-state-metrics"}`. */
  readonly promql: string;
  /** Whose metric it is; undefined for those that no job is named for. */
  readonly exporter: "kube-state-metrics" | "cadvisor" | undefined;
  /** A healthy cluster may have no such series, in every query that reads it. */
  readonly mayBeEmpty: boolean;
  /** `container.cpu_usage_core_seconds`: columns that are null without it. */
  readonly columns: readonly string[];
}

/** Every selector of the datasets' queries once, in the dictionary's order. */
export function selectorsOf(datasets: readonly Dataset[], jobs: QueryJobs): Selector[] {
  const selectors = new Map<string, Selector>();
  for (const dataset of datasets) {
    for (const query of dataset.queries) {
      for (const [metric, matchers] of readSelectors(query)) {
        const template = matchers === undefined ? metric : `${metric}{${matchers}}`;
        const promql = renderPromql(template, jobs);
        const known = selectors.get(promql);
        selectors.set(promql, {
          metric,
          promql,
          exporter: exporterOf(template),
          mayBeEmpty: (known?.mayBeEmpty ?? true) && query.mayBeEmpty === true,
          columns: [...new Set([...(known?.columns ?? []), ...columnsOf(dataset, query)])],
        });
      }
    }
  }
  return [...selectors.values()];
}

/** Metric and matchers; the dictionary's templates have no braces within matchers. */
function readSelectors({ promql, metrics }: PrometheusQuery): [string, string | undefined][] {
  return [...promql.matchAll(/([a-zA-Z_:][\w:]*)(?:\{([^{}]*)\})?/g)]
    .filter(([, name = ""]) => metrics.includes(name))
    .map(([, name = "", matchers]) => [name, matchers]);
}

function exporterOf(template: string): Selector["exporter"] {
  if (template.includes("$ksm")) return "kube-state-metrics";
  return template.includes("$cadvisor") ? "cadvisor" : undefined;
}

function columnsOf({ name, columns }: Dataset, { id }: PrometheusQuery): string[] {
  return columns
    .filter(({ source }) => source.from === "prometheus" && source.query === id)
    .map((column) => `${name}.${column.name}`);
}
