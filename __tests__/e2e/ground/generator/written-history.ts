import { findDataset } from "../../../../contract/datasets/index.ts";
import type { LivingSeries } from "../history/lifetimes.ts";
import type { Life } from "./plan.ts";

/** Metrics, and the hours of a history that are asked about them. */
export interface AskedHours {
  readonly metrics: readonly string[];
  readonly hours: Life;
}

/** The metrics that datasets are made from. @throws Error naming one that does not exist */
export function metricsOf(datasets: readonly string[]): string[] {
  return datasets.flatMap((name) => {
    const dataset = findDataset(name);
    if (!dataset) throw new Error(`there is no dataset "${name}"`);
    return dataset.queries.flatMap(({ metrics }) => metrics);
  });
}

/** The series that are asked about, each as long as it is needed. */
export function seriesWithin(series: readonly LivingSeries[], asked: readonly AskedHours[]): LivingSeries[] {
  const needed = new Map<string, Life>();
  for (const { metrics, hours } of asked) {
    for (const metric of metrics) {
      const known = needed.get(metric) ?? hours;
      needed.set(metric, {
        from: Math.min(known.from, hours.from),
        until: Math.max(known.until, hours.until),
      });
    }
  }
  // How far back there is data is told by `up`: it is there as long as anything is.
  const spans = [...needed.values()];
  needed.set("up", {
    from: Math.min(...spans.map(({ from }) => from)),
    until: Math.max(...spans.map(({ until }) => until)),
  });
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
