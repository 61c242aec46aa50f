/** An hour is named by its first instant: whole epoch seconds, UTC, a multiple of 3,600. The window is `[hour, hour + 3600)`. */
export type Hour = number;

export const SECONDS_PER_HOUR = 3600;

/** The hour that contains `epochSeconds`. */
export function hourOf(epochSeconds: number): Hour {
  return Math.floor(epochSeconds / SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
}

/**
 * The newest hour that is closed and settled at `nowSeconds`.
 * `settleSeconds` is how long after its end an hour is left alone, so that the last scrapes are in.
 */
export function lastClosedHour(nowSeconds: number, settleSeconds: number): Hour {
  return hourOf(nowSeconds - settleSeconds) - SECONDS_PER_HOUR;
}

/** All hours `h` with `from <= h < until`, oldest first. */
export function hoursBetween(from: Hour, until: Hour): Hour[] {
  const hours: Hour[] = [];
  for (let hour = from; hour < until; hour += SECONDS_PER_HOUR) hours.push(hour);
  return hours;
}

/** `2026-11-22T10:00:00Z`, without milliseconds: OpenCost and Prometheus answer nothing for those. */
export function isoSeconds(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}

/** `2026-11-22` */
export function dateOf(hour: Hour): string {
  return isoSeconds(hour).slice(0, 10);
}

/** `10` */
export function hourOfDay(hour: Hour): string {
  return isoSeconds(hour).slice(11, 13);
}

/** The hour from its `date` and `HH` parts; undefined when they do not name one. */
export function hourFromParts(date: string, hourText: string): Hour | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^([01]\d|2[0-3])$/.test(hourText)) return undefined;
  const milliseconds = Date.parse(`${date}T${hourText}:00:00Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  const hour = milliseconds / 1000;
  return dateOf(hour) === date ? hour : undefined;
}
