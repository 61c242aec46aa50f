import type { HistorySeries } from "./history.ts";

/** The closed span of epoch seconds that a range query over it reads (Prometheus 2 includes both ends). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value at an epoch second. */
interface Point {
  readonly at: number;
  readonly value: number;
}

const LOOKBACK_SECONDS = 300;
/** OpenCost's resolution: the step of its subqueries. */
export const RESOLUTION_SECONDS = 300;

/** `avg_over_time(series[span])`; undefined without a sample. */
export function averageOverTime(series: HistorySeries, span: Span): number | undefined {
  let sum = 0;
  let count = 0;
  for (const at of sampleTimes(series, span)) {
    sum += series.value(at);
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

/** `max_over_time(series[span])`; undefined without a sample. */
export function maximumOverTime(series: HistorySeries, span: Span): number | undefined {
  return maximum(sampleTimes(series, span).map(series.value));
}

/** `rate(series[span])` of a counter that is never reset; undefined with fewer than two samples. */
export function rate(series: HistorySeries, span: Span): number | undefined {
  const points = sampleTimes(series, span).map((at) => ({ at, value: series.value(at) }));
  const increased = extrapolatedIncrease(points, span);
  return increased === undefined ? undefined : increased / (span.end - span.start);
}

/** `increase(series[span:5m])`: the steps see the newest sample of the five minutes before them. */
export function increaseBySteps(series: HistorySeries, span: Span): number | undefined {
  const points = steps(span).flatMap((at) => {
    const seen = newestSample(series, at);
    return seen === undefined ? [] : [{ at, value: series.value(seen) }];
  });
  return extrapolatedIncrease(points, span);
}

/** `max_over_time(irate(series[10m])[span:5m])`. */
export function maximumInstantRate(series: HistorySeries, span: Span): number | undefined {
  const rates = steps(span).flatMap((at) => {
    const times = sampleTimes(series, { start: at - 600, end: at });
    const [before, last] = times.slice(-2);
    return before === undefined || last === undefined
      ? []
      : [(series.value(last) - series.value(before)) / (last - before)];
  });
  return maximum(rates);
}

/** First and last step of `series[span:5m]` that sees a sample other than zero; undefined when none does. */
export function seenBetween(series: HistorySeries, span: Span): Span | undefined {
  const seen = steps(span).filter((at) => {
    const sample = newestSample(series, at);
    return sample !== undefined && series.value(sample) !== 0;
  });
  const [start, end] = [seen[0], seen.at(-1)];
  return start === undefined || end === undefined ? undefined : { start, end };
}

function sampleTimes({ from, until, stepSeconds }: HistorySeries, { start, end }: Span): number[] {
  const times: number[] = [];
  const skipped = Math.max(0, Math.ceil((start - from) / stepSeconds));
  for (let at = from + skipped * stepSeconds; at <= end && at < until; at += stepSeconds) times.push(at);
  return times;
}

function newestSample(series: HistorySeries, at: number): number | undefined {
  const newest = sampleTimes(series, { start: at - LOOKBACK_SECONDS, end: at }).at(-1);
  return newest === undefined || newest <= at - LOOKBACK_SECONDS ? undefined : newest;
}

function steps({ start, end }: Span): number[] {
  const times: number[] = [];
  const first = Math.ceil(start / RESOLUTION_SECONDS) * RESOLUTION_SECONDS;
  for (let at = first; at <= end; at += RESOLUTION_SECONDS) times.push(at);
  return times;
}

// Prometheus extends the increase towards the ends of the range: fully when a sample lies near, else by half a gap.
// https://github.com/prometheus/prometheus/blob/v2.42.0/promql/functions.go (extrapolatedRate)
function extrapolatedIncrease(points: readonly Point[], span: Span): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const increased = last.value - first.value;
  const sampled = last.at - first.at;
  const gap = sampled / (points.length - 1);
  let before = first.at - span.start;
  if (increased > 0 && first.value >= 0) before = Math.min(before, sampled * (first.value / increased));
  const extend = (distance: number): number => (distance < gap * 1.1 ? distance : gap / 2);
  return (increased * (sampled + extend(before) + extend(span.end - last.at))) / sampled;
}

function maximum(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}
