import { formatCount, formatDuration } from "./format.ts";

/** How far a backfill has come. */
export interface Progress {
  /** Dataset-hours that are done, failed ones included, and all of them. */
  readonly done: number;
  readonly total: number;
  /** Dataset-hours of an hour, on average: speed is told in hours. */
  readonly perHour: number;
  readonly elapsedMilliseconds: number;
}

const WIDTH = 24;

/** `[████████░░░░] 132/720  0.4 hours/s  24 min 30 s left`: one line, without the time left before the first is done. */
export function describeProgress(progress: Progress): string {
  const { done, total } = progress;
  const filled = total === 0 ? WIDTH : Math.floor((WIDTH * done) / total);
  const bar = `[${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}]`;
  return `${bar} ${describePace(progress)}`;
}

/** `132/720  0.4 hours/s  24 min 30 s left` */
export function describePace({ done, total, perHour, elapsedMilliseconds }: Progress): string {
  const count = `${formatCount(done)}/${formatCount(total)}`;
  if (done === 0 || elapsedMilliseconds <= 0) return count;
  const pace = (done / perHour / elapsedMilliseconds) * 1000;
  const left = (elapsedMilliseconds / done) * (total - done);
  return `${count}  ${roundPace(pace)} hours/s  ${formatDuration(left)} left`;
}

/** Two digits that count: a slow backfill is a few hundredths of an hour a second. */
function roundPace(pace: number): string {
  return pace >= 10 ? String(Math.round(pace)) : String(Number(pace.toPrecision(2)));
}
