import { SCRAPE_SECONDS } from "./series.ts";
import type { Life } from "./plan.ts";

const HOUR = 3600;
/** For how long Prometheus shows a sample that nothing followed; the histories have no marks of staleness. */
const LOOKBACK = 300;

/** A thing of which there are samples in an hour. */
export type There<Thing> = Thing & { readonly inHour: HourOfLife };

/** The part of a life that lies in an hour. */
export interface HourOfLife extends Life {
  readonly seconds: number;
  /** Whether it began, or ended, within the hour. */
  readonly begins: boolean;
  readonly ends: boolean;
  /** Seconds in which Prometheus shows it, asked at the end of each minute. */
  readonly shownSeconds: number;
  /** The instants at which it was scraped. */
  readonly scrapes: readonly number[];
}

/** What of `life` lies in the hour from `start`; undefined where nothing does. */
export function withinHour(life: Life, start: number): HourOfLife | undefined {
  const from = Math.max(life.from, start);
  const until = Math.min(life.until, start + HOUR);
  if (from >= until) return undefined;
  const seconds = until - from;
  const shownUntil = Math.min(start + HOUR, life.until + LOOKBACK - SCRAPE_SECONDS);
  return {
    from,
    until,
    seconds,
    begins: life.from > start,
    ends: life.until < start + HOUR,
    shownSeconds: shownUntil - from,
    scrapes: Array.from({ length: seconds / SCRAPE_SECONDS }, (_, at) => from + at * SCRAPE_SECONDS),
  };
}

/** Those of `things` of which there are samples in the hour from `start`, with the part that lies in it. */
export function thereIn<Thing extends Life>(things: readonly Thing[], start: number): There<Thing>[] {
  return things.flatMap((thing) => {
    const inHour = withinHour(thing, start);
    return inHour ? [{ ...thing, inHour }] : [];
  });
}
