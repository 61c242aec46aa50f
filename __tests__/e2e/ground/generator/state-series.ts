import type { LivingSeries } from "../history/lifetimes.ts";
import { labelText } from "./label-text.ts";
import type { Life } from "./plan.ts";

/** Labels that each series of kube-state-metrics gets when it is scraped. */
export const SCRAPED = { job: "kube-state-metrics", instance: "127.0.0.1:9501" };

export type Labels = Readonly<Record<string, string>>;

/** A series of kube-state-metrics with one value for the whole life. */
export function constant(metric: string, life: Life, labels: Labels, value = 1): LivingSeries {
  return {
    metric,
    labels: labelText({ ...labels, ...SCRAPED }),
    value: () => value,
    from: life.from,
    until: life.until,
  };
}

/** One series for each state, 1 for the one that the object is in. */
export function states(
  metric: string,
  life: Life,
  labels: Labels,
  label: string,
  all: readonly string[],
  current: string,
): LivingSeries[] {
  return all.map((state) => constant(metric, life, { ...labels, [label]: state }, state === current ? 1 : 0));
}
