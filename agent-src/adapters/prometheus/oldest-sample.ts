import { OverloadedError } from "../../export/errors.ts";
import type { NamedQuery, QueryRange } from "./query.ts";
import { statusOf } from "./refusal.ts";
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
 * end of it, as long as it is shorter than the step of the reach in which it lies. Servers may limit how far back a
 * query looks: a reach that is refused ends the look with what a shorter one found.
 */
export async function findOldestSample(ask: AskRange, nowSeconds: number): Promise<number | undefined> {
  const now = Math.floor(nowSeconds / FINEST_STEP) * FINEST_STEP;
  let oldest: number | undefined;
  let step = 0;
  try {
    for (const reach of REACHES) {
      const coarse = stepOver(reach);
      const range = { startSeconds: now - reach, endSeconds: now, stepSeconds: coarse };
      const found = await firstPresent(ask, range);
      if (found === undefined || (oldest !== undefined && found >= oldest)) continue;
      [oldest, step] = [found, coarse];
    }
  } catch (error) {
    if (oldest === undefined || !isRefusal(error)) throw error;
  }
  return oldest === undefined ? undefined : refine(ask, oldest, step);
}

/** Looks into the step before the oldest that was found, in finer steps. */
async function refine(ask: AskRange, found: number, coarse: number): Promise<number> {
  let [oldest, step] = [found, coarse];
  try {
    while (step > FINEST_STEP) {
      const finer = stepOver(step);
      const range = { startSeconds: oldest - step, endSeconds: oldest, stepSeconds: finer };
      [oldest, step] = [(await firstPresent(ask, range)) ?? oldest, finer];
    }
  } catch (error) {
    if (!isRefusal(error)) throw error; // the step before the limit is beyond it
  }
  return oldest;
}

/** The server's no to so long a reach: not that nobody is let in, that it is busy or cannot be reached, or that we gave up. */
function isRefusal(error: unknown): boolean {
  if (error instanceof OverloadedError) return true;
  const status = error instanceof Error ? statusOf(error) : undefined;
  return status !== undefined && status >= 400 && status < 500 && ![401, 403, 407, 429].includes(status);
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
