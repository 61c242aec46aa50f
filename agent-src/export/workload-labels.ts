import type { Labels } from "../adapters/prometheus/sample.ts";

/** Labels of a series that say which container it is about. */
export const WORKLOAD_LABELS = ["namespace", "pod", "container"] as const;

/** A label's own name in a series: a scrape whose target has that label, too, keeps the series' own as `exported_…`. */
export function renamedLabel(labels: Labels, name: string): string {
  const exported = `exported_${name}`;
  return labels[name] && labels[exported] ? exported : name;
}
