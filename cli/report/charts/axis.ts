import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";

/** Ticks of a value axis from 0 to at least `highest`: 1, 2, 2.5 or 5 times a power of ten apart, about `wanted` of them. */
export function valueTicks(highest: number, wanted = 4): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = 0; (index - 1) * step < highest * 0.999; index += 1) ticks.push(index * step);
  return ticks;
}

const STEPS_IN_HOURS = [1, 2, 3, 6, 12, 24, 48, 168, 336, 720] as const;

/** Hours of `[from, until)` to label on a time axis: round hours of the UTC day, at most `most` of them. */
export function hourTicks(from: Hour, until: Hour, most: number): Hour[] {
  const hours = (until - from) / SECONDS_PER_HOUR;
  const step =
    (STEPS_IN_HOURS.find((candidate) => hours / candidate <= most) ?? Math.ceil(hours / most)) *
    SECONDS_PER_HOUR;
  const ticks: Hour[] = [];
  for (let tick = Math.ceil(from / step) * step; tick < until; tick += step) ticks.push(tick);
  return ticks;
}
