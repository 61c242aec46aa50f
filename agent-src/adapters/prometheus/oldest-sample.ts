import type { NamedQuery, QueryRange } from "./query.ts";
import type { SampleSeries } from "./sample.ts";

/** Asks a range query. */
export type AskRange = (query: NamedQuery, range: QueryRange) => AsyncIterable<SampleSeries>;

/** Points of one range query: well below the 11,000 that Prometheus allows. */
const POINTS = 500;

/** How far back is looked at first, and when nothing more was found there: a day, a month, a year, ten years. */
const REACHES = [1, 32, 370, 3700].map((days) => days * 86400);

/** Precision of the answer: an hour begins on one of these. */
const FINEST_STEP = 300;

/**
 * When the oldest data was scraped, epoch seconds, to five minutes; undefined when there is none. Asked with queries
 * alone, because `/api/v1/status/tsdb` tells the start of the head only, and VictoriaMetrics, Thanos, Mimir and AMP
 * do not have `/api/v1/status/runtimeinfo`. `up` is what every scrape leaves, and is small. A gap in the data is no
 * end of it, as long as it is shorter than the step of the reach in which it lies.
 */
export async function findOldestSample(ask: AskRange, nowSeconds: number): Promise<number | undefined> {
  const now = Math.floor(nowSeconds / FINEST_STEP) * FINEST_STEP;
  let oldest: number | undefined;
  let step = 0;
  for (const reach of REACHES) {
    const coarse = stepOver(reach);
    const found = await firstPresent(ask, {
      startSeconds: now - reach,
      endSeconds: now,
      stepSeconds: coarse,
    });
    if (found === undefined || (oldest !== undefined && found >= oldest)) continue;
    [oldest, step] = [found, coarse];
  }
  while (oldest !== undefined && step > FINEST_STEP) {
    const finer = stepOver(step);
    const range = { startSeconds: oldest - step, endSeconds: oldest, stepSeconds: finer };
    [oldest, step] = [(await firstPresent(ask, range)) ?? oldest, finer];
  }
  return oldest;
}

function stepOver(seconds: number): number {
  return Math.ceil(seconds / POINTS / FINEST_STEP) * FINEST_STEP;
}

async function firstPresent(ask: AskRange, range: QueryRange): Promise<number | undefined> {
  for await (const { timestamps } of ask({ id: "oldest_sample", promql: "group(up)" }, range)) {
    return timestamps[0];
  }
  return undefined;
}
