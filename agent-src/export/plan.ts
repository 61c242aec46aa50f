import { SECONDS_PER_HOUR, hoursBetween, isoSeconds, type Hour } from "../../contract/hours.ts";
import { failureKey, manifestKey, type DatasetHour } from "../../contract/object-keys.ts";

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
  /** The newest committed hour of each dataset that has one in the window. */
  readonly newest: Readonly<Record<string, Hour>>;
  /** Missing hours that no run can do any more; absent when there are none. */
  readonly outOfReach?: OutOfReach;
}

/** Missing hours that are older than what the source still has: reported once, and not tried. */
export interface OutOfReach extends HourWindow {
  /** How many there are between the oldest and the newest of them. */
  readonly hours: number;
}

/**
 * The dataset-hours of a window that have no manifest yet.
 *
 * The newest missing hour comes first, because people look at it; the others follow from the oldest on, because the
 * source forgets those first. Hours of which all that is missing has failed before come after all of these, from the
 * oldest on: hours that fail each time must not keep a run from the others. `maxHours` bounds the distinct hours of a run.
 * Hours before `reachableFrom`, the oldest one the source still has, are not planned.
 */
export function planExport(
  window: HourWindow,
  datasets: readonly string[],
  manifestKeys: ReadonlySet<string>,
  maxHours: number,
  failureKeys: ReadonlySet<string> = new Set(),
  reachableFrom: Hour = -Infinity,
): ExportPlan {
  const all = hoursBetween(window.from, window.until)
    .map((hour) => datasets.map((dataset) => ({ dataset, hour })))
    .map((steps) => steps.filter((step) => !manifestKeys.has(manifestKey(step))))
    .filter((steps) => steps.length > 0);
  const missing = all.filter(([step]) => step !== undefined && step.hour >= reachableFrom);
  const lost = all.slice(0, all.length - missing.length).flatMap(([step]) => step?.hour ?? []);
  const hasFailed = (steps: readonly DatasetHour[]): boolean =>
    steps.every((step) => failureKeys.has(failureKey(step)));
  const untried = missing.filter((steps) => !hasFailed(steps));
  const ordered = [...untried.slice(-1), ...untried.slice(0, -1), ...missing.filter(hasFailed)];
  const datasetHours = ((window.until - window.from) / SECONDS_PER_HOUR) * datasets.length;
  return {
    steps: ordered.slice(0, maxHours).flat(),
    postponedHours: Math.max(0, ordered.length - maxHours),
    committed: datasetHours - all.flat().length,
    newest: newestCommitted(hoursBetween(window.from, window.until), datasets, manifestKeys),
    ...outOfReach(lost),
  };
}

function newestCommitted(
  hours: readonly Hour[],
  datasets: readonly string[],
  manifestKeys: ReadonlySet<string>,
): Record<string, Hour> {
  const newest = datasets.flatMap((dataset) => {
    const hour = hours.filter((each) => manifestKeys.has(manifestKey({ dataset, hour: each }))).at(-1);
    return hour === undefined ? [] : [[dataset, hour] as const];
  });
  return Object.fromEntries(newest);
}

function outOfReach(hours: readonly Hour[]): Pick<ExportPlan, "outOfReach"> {
  const [from] = hours;
  if (from === undefined) return {};
  return {
    outOfReach: { from, until: (hours.at(-1) ?? from) + SECONDS_PER_HOUR, hours: hours.length },
  };
}

/** `2026-11-22T10:00:00Z to 2026-11-22T12:00:00Z (2 hours)` */
export function describeWindow(window: HourWindow): string {
  const hours = (window.until - window.from) / SECONDS_PER_HOUR;
  return `${isoSeconds(window.from)} to ${isoSeconds(window.until)} (${hours} hour${hours === 1 ? "" : "s"})`;
}
