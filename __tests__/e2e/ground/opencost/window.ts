import type { Span } from "./promql.ts";

/** Reads `start,end` in epoch seconds or RFC 3339; undefined when it is neither. Milliseconds are a far future. */
export function parseWindow(text: string): Span | undefined {
  const [start, end, ...rest] = text.split(",").map(parseInstant);
  return start === undefined || end === undefined || rest.length > 0 ? undefined : { start, end };
}

/** The windows of an answer: each `step` long from the start, so that the last may end after the window's end. */
export function stepWindows({ start, end }: Span, step: string | null): Span[] {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(step ?? "") ?? [];
  const seconds = Number(count) * ({ s: 1, m: 60, h: 3600, d: 86400 }[unit] ?? Number.NaN);
  // A step that cannot be read is the whole window.
  if (!(seconds > 0)) return [{ start, end }];
  const windows: Span[] = [];
  for (let at = start; at < end; at += seconds) windows.push({ start: at, end: at + seconds });
  return windows;
}

/** A window as OpenCost writes it in its refusals. */
export function windowText({ start, end }: Span): string {
  const time = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}+0000`;
  return `[${time(start)}, ${time(end)})`;
}

function parseInstant(text: string): number | undefined {
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}
