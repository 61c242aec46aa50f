import { SECONDS_PER_HOUR, hourOf, isoSeconds, lastClosedHour } from "../../contract/hours.ts";
import { ConfigError } from "./errors.ts";
import type { HourWindow } from "./plan.ts";

/** Hours that a run looks at unless told otherwise. */
export const DEFAULT_WINDOW_HOURS = 24;

/** The longest window one command may name: more would be a slip of the pen, and would list for minutes. */
export const MAX_WINDOW_HOURS = 366 * 24;

/** What a person asked for, as text. */
export interface WindowRequest {
  readonly from?: string;
  readonly until?: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** How long after its end an hour is left alone. */
  readonly settleSeconds: number;
}

/** A window of closed hours, and what had to be changed to make it one. */
export interface ResolvedWindow extends HourWindow {
  readonly notices: readonly string[];
}

/**
 * The window of closed hours that was asked for: the last 24 by default. `from` and `until` are dates or instants, or
 * count back from the end of the newest closed hour (`-24h` is the last 24 of them). They are moved to whole hours
 * inwards, and the end to the last closed hour.
 * @throws ConfigError when a text is no time, or the end is not after the start
 */
export function resolveWindow(request: WindowRequest): ResolvedWindow {
  const notices: string[] = [];
  const closedEnd = lastClosedHour(request.now, request.settleSeconds) + SECONDS_PER_HOUR;
  const asked = {
    from: request.from === undefined ? undefined : parseTime("--from", request.from, closedEnd),
    until: request.until === undefined ? undefined : parseTime("--until", request.until, closedEnd),
  };
  if (asked.from !== undefined && asked.until !== undefined && asked.until <= asked.from) {
    throw new ConfigError(
      `--until "${request.until}" (${isoSeconds(asked.until)}) must be after --from "${request.from}" (${isoSeconds(asked.from)})`,
    );
  }
  let until = asked.until === undefined ? closedEnd : onTheHour("--until", asked.until, hourOf, notices);
  if (until > closedEnd) {
    notices.push(`--until moved to ${isoSeconds(closedEnd)}: later hours are not closed and settled yet`);
    until = closedEnd;
  }
  const from =
    asked.from === undefined
      ? until - DEFAULT_WINDOW_HOURS * SECONDS_PER_HOUR
      : onTheHour("--from", asked.from, hourCeiling, notices);
  if ((until - from) / SECONDS_PER_HOUR > MAX_WINDOW_HOURS) {
    throw new ConfigError(
      `The window ${isoSeconds(from)} to ${isoSeconds(until)} is longer than ${MAX_WINDOW_HOURS} hours; export it in parts`,
    );
  }
  if (from >= until) notices.push("the window holds no closed hour");
  return { from: Math.min(from, until), until, notices };
}

function hourCeiling(seconds: number): number {
  return Math.ceil(seconds / SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
}

function onTheHour(
  flag: string,
  seconds: number,
  round: (seconds: number) => number,
  notices: string[],
): number {
  const hour = round(seconds);
  if (hour !== seconds) notices.push(`${flag} moved to the whole hour ${isoSeconds(hour)}`);
  return hour;
}

const RELATIVE = /^-(\d{1,6})([mhd])$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
// Without a zone JavaScript would read a local time: a zone is asked for, and a bare date is UTC.
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Seconds since 1970 of a date or an instant with a zone; `now` and times such as `-24h` count from `base`, which is
 * the end of the newest closed hour: hours that are not closed cannot be asked for.
 * @throws ConfigError naming the flag, the value and the forms
 */
export function parseTime(flag: string, text: string, base: number): number {
  if (text === "now") return base;
  const relative = RELATIVE.exec(text);
  if (relative) return base - Number(relative[1]) * (UNIT_SECONDS[relative[2] ?? ""] ?? 0);
  const milliseconds = INSTANT.test(text) ? Date.parse(withMinutes(text)) : Number.NaN;
  if (Number.isNaN(milliseconds) || !sameDay(text)) {
    throw new ConfigError(
      `${flag} "${text}" is not a time; use a date ("2026-11-22"), an instant with zone ("2026-11-22T10:00:00Z"), or "-24h", "-7d", "now"`,
    );
  }
  return Math.floor(milliseconds / 1000);
}

/** `2026-11-22T10Z` is ISO 8601 but not what Date.parse reads. */
function withMinutes(text: string): string {
  return text.replace(/T(\d{2})(?=Z|[+-])/, "T$1:00");
}

/** Date.parse turns February 30 into March 2 on some engines. */
function sameDay(text: string): boolean {
  const day = text.slice(0, 10);
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}
