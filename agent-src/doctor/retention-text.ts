const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/**
 * Seconds of a retention as Prometheus' runtimeinfo says it: `15d`, `1w2d`, `15d or 50GB` (whichever comes first);
 * undefined when it has no time (`50GB`), or is none.
 */
export function parseRetention(text: string): number | undefined {
  for (const part of text.split(" or ")) {
    if (!/^(\d+(ms|[smhdwy]))+$/.test(part)) continue;
    let seconds = 0;
    for (const [, count, unit] of part.matchAll(/(\d+)(ms|[smhdwy])/g)) {
      seconds += Number(count) * (UNIT_SECONDS[unit ?? ""] ?? 0);
    }
    return seconds;
  }
  return undefined;
}
