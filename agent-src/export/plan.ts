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

/** What is known beside what is committed. */
export interface PlanFacts {
  /** When the dataset-hours that failed were last tried, by failure key; milliseconds since 1970, 0 when not known. */
  readonly tried?: ReadonlyMap<string, number>;
  /** The oldest hour that the source still has. @default every hour */
  readonly reachableFrom?: Hour;
  /** Whether the sink holds what a dataset-hour is made from, so that no source need have it. @default none */
  readonly needsNoSource?: (step: DatasetHour) => boolean;
}

/**
 * The dataset-hours of a window that have no manifest yet.
 *
 * The newest missing hour comes first, because people look at it; the others follow from the oldest on, because the
 * source forgets those first. Hours of which all that is missing has failed before come after all of these, the one
 * that was last tried longest ago first. `maxHours` bounds the distinct hours of a run. Hours before `reachableFrom`
 * are not planned, unless no source is needed.
 *
 * No hour starves while runs do more hours than pass between them: an hour that has not been tried is tried once and
 * leaves their number, and then each run has room for the failed hour that has waited longest. What is tried goes to
 * the end of the failed ones, so that each of n is tried again before any other is tried twice.
 */
export function planExport(
  window: HourWindow,
  datasets: readonly string[],
  manifestKeys: ReadonlySet<string>,
  maxHours: number,
  { tried = new Map(), reachableFrom = -Infinity, needsNoSource = () => false }: PlanFacts = {},
): ExportPlan {
  const hours = hoursBetween(window.from, window.until);
  const missing = hours
    .flatMap((hour) => datasets.map((dataset) => ({ dataset, hour })))
    .filter((step) => !manifestKeys.has(manifestKey(step)));
  const isInReach = (step: DatasetHour): boolean => step.hour >= reachableFrom || needsNoSource(step);
  const ordered = inOrder([...byHour(missing.filter(isInReach)).values()], tried);
  return {
    steps: ordered.slice(0, maxHours).flat(),
    postponedHours: Math.max(0, ordered.length - maxHours),
    committed: hours.length * datasets.length - missing.length,
    newest: newestCommitted(hours, datasets, manifestKeys),
    ...outOfReach([...byHour(missing.filter((step) => !isInReach(step))).keys()]),
  };
}

function byHour(steps: readonly DatasetHour[]): Map<Hour, DatasetHour[]> {
  const hours = new Map<Hour, DatasetHour[]>();
  for (const step of steps) {
    const ofHour = hours.get(step.hour);
    if (ofHour) ofHour.push(step);
    else hours.set(step.hour, [step]);
  }
  return hours;
}

function inOrder(
  hours: readonly (readonly DatasetHour[])[],
  tried: ReadonlyMap<string, number>,
): (readonly DatasetHour[])[] {
  const hasFailed = (steps: readonly DatasetHour[]): boolean =>
    steps.every((step) => tried.has(failureKey(step)));
  // The latest of its records: a run that comes to its deadline within an hour has tried that hour, too.
  const lastTried = (steps: readonly DatasetHour[]): number =>
    Math.max(...steps.map((step) => tried.get(failureKey(step)) ?? 0));
  const untried = hours.filter((steps) => !hasFailed(steps));
  const failed = hours.filter(hasFailed).sort((a, b) => lastTried(a) - lastTried(b));
  return [...untried.slice(-1), ...untried.slice(0, -1), ...failed];
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
