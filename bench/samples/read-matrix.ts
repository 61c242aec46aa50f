import { createPrometheus } from "../../agent-src/adapters/prometheus/client.ts";
import type { SampleSeries } from "../../agent-src/adapters/prometheus/sample.ts";

/** The hour that is asked for, once a minute. */
export const RANGE = { startSeconds: 1795341600, endSeconds: 1795345140, stepSeconds: 60 };

/** The answer at `url` through the project's reader. */
export function readMatrix(url: string): AsyncIterable<SampleSeries> {
  const prometheus = createPrometheus({ baseUrl: url, timeoutSeconds: 600, maxAttempts: 1 });
  return prometheus.matrix({ id: "bench", promql: "bench" }, RANGE, new AbortController().signal, () => {});
}
