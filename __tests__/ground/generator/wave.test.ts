import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { counterOf, integral, largerIntegral, valueOf, type Wave } from "../../e2e/ground/generator/wave.ts";

const START = Date.UTC(2026, 10, 22, 9) / 1000;
const STEPS = 4000;

const waves: fc.Arbitrary<Wave> = fc.record({
  base: fc.double({ min: 0, max: 10, noNaN: true }),
  swing: fc.double({ min: 0, max: 5, noNaN: true }),
  phase: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
});
const spans = fc
  .record({ from: fc.integer({ min: 0, max: 50_000 }), seconds: fc.integer({ min: 60, max: 20_000 }) })
  .map(({ from, seconds }): [number, number] => [START + from, START + from + seconds]);

/** The sum of the middles of many small steps. */
function numericSum(value: (t: number) => number, a: number, b: number): number {
  const step = (b - a) / STEPS;
  let sum = 0;
  for (let at = 0; at < STEPS; at++) sum += value(a + (at + 0.5) * step) * step;
  return sum;
}

describe("a wave's closed forms", () => {
  test("the integral is the sum of small steps", () => {
    fc.assert(
      fc.property(waves, spans, (wave, [a, b]) => {
        expect(Math.abs(integral(wave, a, b) - numericSum(valueOf(wave), a, b))).toBeLessThan(1e-2);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test("the integral of the larger of a floor and the wave is the sum of small steps", () => {
    const floors = fc.double({ min: 0, max: 15, noNaN: true });
    fc.assert(
      fc.property(floors, waves, spans, (floor, wave, [a, b]) => {
        const value = valueOf(wave);
        const summed = numericSum((t) => Math.max(floor, value(t)), a, b);
        expect(Math.abs(largerIntegral(floor, wave, a, b) - summed)).toBeLessThan(1e-2);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test("a counter has grown by the integral", () => {
    fc.assert(
      fc.property(waves, spans, (wave, [a, b]) => {
        const counter = counterOf(wave, START);
        expect(counter(b) - counter(a)).toBeCloseTo(integral(wave, a, b), 4);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});
