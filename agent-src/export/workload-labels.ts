import type { Labels } from "../adapters/prometheus/sample.ts";

/** Labels of a series that say which container it is about. */
export const WORKLOAD_LABELS = ["namespace", "pod", "container"] as const;

/** A label's own name in a series: a scrape whose target has that label, too, keeps the series' own as `exported_…`. */
export function renamedLabel(labels: Labels, name: string): string {
  const exported = `exported_${name}`;
  return labels[name] && labels[exported] ? exported : name;
}

/** What NVIDIA's load generator is called. */
const LOAD_GENERATOR = /dcgmproftester/g;

/**
 * Whether a series of a GPU names the exporter that told of it. dcgm-exporter gives an idle GPU no workload, so that the
 * scrape's own labels are all that there is: those of the pod that was scraped, with `honor_labels`, too. Told by the
 * name, as the same labels without `exported_…` may just as well be a workload's: a pod or container whose name has
 * "dcgm" in it, or "nvidia" and "exporter".
 */
export function namesGpuExporter(labels: Labels): boolean {
  const name = `${labels["pod"] ?? ""}/${labels["container"] ?? ""}`.replace(LOAD_GENERATOR, "");
  return name.includes("dcgm") || (name.includes("nvidia") && name.includes("exporter"));
}
