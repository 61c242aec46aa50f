import { findDataset } from "../../../../contract/datasets/index.ts";
import type { LivingSeries } from "../history/lifetimes.ts";
import type { Life } from "./plan.ts";

/** Which hours of a history the queries of each dataset can be asked about. */
export type WrittenHours = Readonly<Record<"allocation" | "container", Life>>;

/** The series that the datasets' queries read, each as long as it is needed. */
export function seriesForDatasets(series: readonly LivingSeries[], hours: WrittenHours): LivingSeries[] {
  const needed = new Map<string, Life>();
  for (const [name, { from, until }] of Object.entries(hours)) {
    for (const metric of findDataset(name)?.queries.flatMap(({ metrics }) => metrics) ?? []) {
      const known = needed.get(metric) ?? { from, until };
      needed.set(metric, { from: Math.min(known.from, from), until: Math.max(known.until, until) });
    }
  }
  return series.flatMap((one) => {
    const life = needed.get(one.metric);
    return life ? within(one, life) : [];
  });
}

/** The part of a series that lies in `life`, whose edges are scrapes: none when there is none. */
export function within<Series extends Life>(series: Series, life: Life): Series[] {
  const [from, until] = [Math.max(series.from, life.from), Math.min(series.until, life.until)];
  return from < until ? [{ ...series, from, until }] : [];
}
