import type { SampleSeries } from "../adapters/prometheus/sample.ts";

const QUARTERS = 4;
const QUARTER_SECONDS = 900;

/** Asks for the range selector's samples up to and including an instant. */
export type AskRangeAt = (promql: string, timeSeconds: number) => AsyncIterable<SampleSeries>;

/**
 * The series of `selector[1h]` at `timeSeconds`, asked for in quarters of the hour and put together again. The
 * quarters are open at their beginning in whatever server: no sample is in two of them.
 */
export async function* askInQuarters(
  promql: string,
  timeSeconds: number,
  ask: AskRangeAt,
): AsyncGenerator<SampleSeries, void, undefined> {
  const quarter = promql.replace(/\[1h\]$/, "[15m]");
  if (quarter === promql) throw new Error(`the query "${promql}" is no range selector of an hour`);
  const found = new Map<string, SampleSeries[]>();
  for (let left = QUARTERS - 1; left >= 0; left--) {
    const end = timeSeconds - left * QUARTER_SECONDS;
    for await (const series of ask(quarter, end)) {
      const key = JSON.stringify(series.labels);
      const parts = found.get(key) ?? [];
      parts.push(after(series, milliseconds(end - QUARTER_SECONDS)));
      found.set(key, parts);
    }
  }
  for (const parts of found.values()) yield joined(parts);
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

/** Without the sample at the range's very first instant, which Prometheus 2 counts in. */
function after(series: SampleSeries, startMilliseconds: number): SampleSeries {
  const from = series.timestamps.findIndex((time) => milliseconds(time) > startMilliseconds);
  const skip = from < 0 ? series.timestamps.length : from;
  return {
    labels: series.labels,
    timestamps: series.timestamps.subarray(skip),
    values: series.values.subarray(skip),
  };
}

function joined(parts: readonly SampleSeries[]): SampleSeries {
  const count = parts.reduce((sum, { values }) => sum + values.length, 0);
  const timestamps = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const part of parts) {
    timestamps.set(part.timestamps, at);
    values.set(part.values, at);
    at += part.values.length;
  }
  return { labels: parts[0]?.labels ?? {}, timestamps, values };
}
