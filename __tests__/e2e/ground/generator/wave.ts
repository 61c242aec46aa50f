import type { ClosedForm } from "../history/usage.ts";

/** `base + swing x sin`, with a period of 90 minutes: never flat over an hour, and every integral is known. */
export interface Wave {
  readonly base: number;
  readonly swing: number;
  /** Radians at the epoch. */
  readonly phase: number;
}

const FREQUENCY = (2 * Math.PI) / 5400;

/** A constant, as a wave. */
export function flat(base: number): Wave {
  return { base, swing: 0, phase: 0 };
}

/** The wave's value by epoch seconds. */
export function valueOf({ base, swing, phase }: Wave): ClosedForm {
  return (t) => base + swing * Math.sin(FREQUENCY * t + phase);
}

/** Integral of the wave from `a` to `b`, over seconds. */
export function integral({ base, swing, phase }: Wave, a: number, b: number): number {
  const area = Math.cos(FREQUENCY * a + phase) - Math.cos(FREQUENCY * b + phase);
  return base * (b - a) + (swing / FREQUENCY) * area;
}

/** A counter that stood at 0 at `start` and grows by the wave. */
export function counterOf(wave: Wave, start: number): ClosedForm {
  return (t) => integral(wave, start, t);
}

/** Integral of the larger of `floor` and the wave from `a` to `b`: what an allocation of at least a request costs. */
export function largerIntegral(floor: number, wave: Wave, a: number, b: number): number {
  const { base, swing, phase } = wave;
  if (base + swing <= floor) return floor * (b - a);
  if (base - swing >= floor) return integral(wave, a, b);
  // The wave is above the floor from one crossing to the next, once a period.
  const rising = Math.asin((floor - base) / swing);
  const timeAt = (angle: number): number => (angle - phase) / FREQUENCY;
  const period = 2 * Math.PI;
  let above = 0;
  for (let turn = Math.floor((FREQUENCY * a + phase) / period) - 1; ; turn++) {
    const up = Math.max(a, timeAt(rising + turn * period));
    const down = Math.min(b, timeAt(Math.PI - rising + turn * period));
    if (up >= b) break;
    if (down > up) above += integral(wave, up, down) - floor * (down - up);
  }
  return floor * (b - a) + above;
}
