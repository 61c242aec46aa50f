import type { SampleSeries } from "../../agent-src/adapters/prometheus/sample.ts";
import type { RawSource } from "../../agent-src/export/queries.ts";
import { createInstantSource, type FakeInstantSource } from "./fake-instant-source.ts";

/** A Prometheus that also knows raw samples by metric, and answers a selector's namespaces as a server would. */
export interface FakeSamplesSource extends FakeInstantSource, RawSource {
  /** Replaces the series of a metric; the default is none. */
  setSeries(metric: string, series: readonly SampleSeries[]): void;
}

/** Starts with these series, by metric. */
export function createSamplesSource(
  known: Readonly<Record<string, readonly SampleSeries[]>> = {},
): FakeSamplesSource {
  const instant = createInstantSource();
  const byMetric = new Map<string, readonly SampleSeries[] | Error>(Object.entries(known));
  return {
    ...instant,
    setSeries: (metric, series) => void byMetric.set(metric, series),
    fail: (id, error) => {
      instant.fail(id, error);
      byMetric.set(id, error);
    },
    async *samples({ id, promql }, time) {
      instant.asked.push({ id, promql, time });
      const series = byMetric.get(id) ?? [];
      if (series instanceof Error) throw series;
      const [, op, names] = /namespace(=~|!~)"([^"]*)"/.exec(promql) ?? [];
      const named = new RegExp(`^(?:${names})$`);
      for (const one of series) {
        if (op === undefined || named.test(one.labels["namespace"] ?? "") === (op === "=~")) yield one;
      }
    },
  };
}

/** A series of points, each epoch seconds and value. */
export function seriesOf(
  labels: Readonly<Record<string, string>>,
  points: readonly (readonly [seconds: number, value: number])[],
): SampleSeries {
  return {
    labels,
    timestamps: Float64Array.from(points, ([seconds]) => seconds),
    values: Float64Array.from(points, ([, value]) => value),
  };
}
