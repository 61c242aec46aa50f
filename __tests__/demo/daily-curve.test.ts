import { describe, expect, test } from "@jest/globals";
import { DAILY_LOAD, planDay } from "../../demo/daily-curve.ts";

const HOUR = 3600;
const RECORDED = Date.UTC(2026, 10, 22, 11) / 1000;
const NEWEST = Date.UTC(2026, 10, 24, 5) / 1000;

describe("the demo's day", () => {
  const day = planDay(NEWEST, RECORDED);

  test("is the 24 hours up to the newest, oldest first", () => {
    expect(day.map(({ hour }) => hour)).toEqual(
      Array.from({ length: 24 }, (_, index) => NEWEST - (23 - index) * HOUR),
    );
  });

  test("ends with the three recorded hours in their order, unscaled", () => {
    expect(day.slice(-3)).toEqual([
      { hour: NEWEST - 2 * HOUR, recorded: RECORDED - 2 * HOUR, load: 1 },
      { hour: NEWEST - HOUR, recorded: RECORDED - HOUR, load: 1 },
      { hour: NEWEST, recorded: RECORDED, load: 1 },
    ]);
  });

  test("follows the curve from noon of the day before to 08:00", () => {
    const loads = day.slice(0, 21).map(({ load }) => load);
    expect(loads).toEqual([...DAILY_LOAD.slice(12), ...DAILY_LOAD.slice(0, 9)]);
  });

  test("stands on recorded hours only", () => {
    const allowed = [RECORDED, RECORDED - HOUR, RECORDED - 2 * HOUR];
    for (const { recorded } of day) expect(allowed).toContain(recorded);
  });

  test("has a curve of 24 loads that is 1 where it was recorded, and never more or nothing", () => {
    expect(DAILY_LOAD).toHaveLength(24);
    expect(DAILY_LOAD.slice(9, 12)).toEqual([1, 1, 1]);
    for (const load of DAILY_LOAD) {
      expect(load).toBeGreaterThan(0);
      expect(load).toBeLessThanOrEqual(1);
    }
  });
});
