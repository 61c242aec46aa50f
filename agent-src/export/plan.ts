import { SECONDS_PER_HOUR, hoursBetween, isoSeconds, type Hour } from "../../contract/hours.ts";
import { manifestKey, type DatasetHour } from "../../contract/object-keys.ts";

/** Hours `h` with `from <= h < until`. */
export interface HourWindow {
  readonly from: Hour;
  readonly until: Hour;
}

/** What a run is to do. */
export interface ExportPlan {
  /** In the order of work. */
  readonly steps: readonly DatasetHour[];
  /** Missing hours that `maxHours` leaves to later runs. */
  readonly postponedHours: number;
  /** Dataset-hours of the window that are committed already. */
  readonly committed: number;
}

/**
 * The dataset-hours of a window that have no manifest yet.
 *
 * The newest missing hour comes first, because people look at it; the others follow from the oldest on, because the
 * source forgets those first. `maxHours` bounds the distinct hours of a run.
 */
export function planExport(
  window: HourWindow,
  datasets: readonly string[],
  manifestKeys: ReadonlySet<string>,
  maxHours: number,
): ExportPlan {
  const missing = hoursBetween(window.from, window.until)
    .map((hour) => ({
      hour,
      steps: datasets
        .map((dataset) => ({ dataset, hour }))
        .filter((step) => !manifestKeys.has(manifestKey(step))),
    }))
    .filter(({ steps }) => steps.length > 0);
  const newest = missing.pop();
  const ordered = newest ? [newest, ...missing] : [];
  const steps = ordered.slice(0, maxHours).flatMap((entry) => entry.steps);
  const missingSteps = ordered.reduce((sum, entry) => sum + entry.steps.length, 0);
  const all = ((window.until - window.from) / SECONDS_PER_HOUR) * datasets.length;
  return {
    steps,
    postponedHours: Math.max(0, ordered.length - maxHours),
    committed: all - missingSteps,
  };
}

/** `2026-11-22T10:00:00Z to 2026-11-22T12:00:00Z (2 hours)` */
export function describeWindow(window: HourWindow): string {
  const hours = (window.until - window.from) / SECONDS_PER_HOUR;
  return `${isoSeconds(window.from)} to ${isoSeconds(window.until)} (${hours} hour${hours === 1 ? "" : "s"})`;
}
