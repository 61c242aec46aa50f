import { SECONDS_PER_HOUR, type Hour } from "../contract/hours.ts";

/**
 * The cluster's load in each hour of its day, as a share of the recorded hours, which are its 09:00, 10:00 and 11:00.
 * Invented, not measured: an office-hours service that sleeps at night and dips at lunch. Never above 1, so that usage
 * stays below what was allocated.
 */
export const DAILY_LOAD: readonly number[] = [
  0.5, 0.48, 0.47, 0.47, 0.48, 0.52, 0.6, 0.74, 0.89, 1, 1, 1, 0.95, 0.98, 1, 0.99, 0.96, 0.91, 0.84, 0.76,
  0.69, 0.63, 0.57, 0.53,
];

/** The newest recorded hour of the day, and how many there are before and with it. */
const NEWEST_HOUR_OF_DAY = 11;
const RECORDED_HOURS = 3;

/** An hour that the demo answers for. */
export interface DemoHour {
  readonly hour: Hour;
  /** Which recorded hour stands behind it. */
  readonly recorded: Hour;
  /** 1 exactly for the measured hours. */
  readonly load: number;
}

/**
 * The day that ends with the hour `newest`, oldest first: the newest three hours as recorded, the 21 before them
 * with the recorded hours in turn, scaled by {@link DAILY_LOAD} as if the recording had ended at 12:00 that day.
 */
export function planDay(newest: Hour, newestRecorded: Hour): DemoHour[] {
  return Array.from({ length: 24 }, (_, index) => {
    const back = 23 - index;
    const hourOfDay = (NEWEST_HOUR_OF_DAY - back + 24) % 24;
    return {
      hour: newest - back * SECONDS_PER_HOUR,
      recorded: newestRecorded - (back % RECORDED_HOURS) * SECONDS_PER_HOUR,
      load: back < RECORDED_HOURS ? 1 : (DAILY_LOAD[hourOfDay] ?? 1),
    };
  });
}
