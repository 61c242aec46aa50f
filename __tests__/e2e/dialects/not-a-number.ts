import type { LivingSeries } from "../ground/history/lifetimes.ts";

/** A pod of which cAdvisor has no figure: each of its samples is NaN. */
export const NAN_POD = "not-a-number";

const GAUGES = ["container_memory_working_set_bytes", "container_memory_rss"];

/** Series like those of the first pod that has them, of another pod, with nothing but NaN. */
export function nanSeries(series: readonly LivingSeries[]): LivingSeries[] {
  return GAUGES.map((metric) => {
    const like = series.find((one) => one.metric === metric && one.labels.includes('pod="'));
    if (!like) throw new Error(`no series of "${metric}" has a pod`);
    const labels = like.labels
      .replace(/pod="[^"]*"/, `pod="${NAN_POD}"`)
      .replace(/-pod[0-9a-f_]+\.slice/, `-pod${"0".repeat(8)}_0000_0000_0000_${"0".repeat(12)}.slice`);
    return { ...like, labels, value: () => Number.NaN };
  });
}
