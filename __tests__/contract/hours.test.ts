import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  dateOf,
  hourFromParts,
  hourOf,
  hourOfDay,
  hoursBetween,
  isoSeconds,
  lastClosedHour,
  SECONDS_PER_HOUR,
} from "../../contract/hours.ts";

const at = (iso: string): number => Date.parse(iso) / 1000;

describe("hourOf", () => {
  test("an hour begins at its first second and ends before the next one", () => {
    expect(hourOf(at("2026-11-22T09:00:00Z"))).toBe(at("2026-11-22T09:00:00Z"));
    expect(hourOf(at("2026-11-22T09:59:59.999Z"))).toBe(at("2026-11-22T09:00:00Z"));
  });
});

describe("lastClosedHour", () => {
  test("is the hour before the running one, once it has settled", () => {
    expect(lastClosedHour(at("2026-11-22T10:05:00Z"), 300)).toBe(at("2026-11-22T09:00:00Z"));
    expect(lastClosedHour(at("2026-11-22T10:04:59Z"), 300)).toBe(at("2026-11-22T08:00:00Z"));
    expect(lastClosedHour(at("2026-11-22T10:00:00Z"), 0)).toBe(at("2026-11-22T09:00:00Z"));
  });

  test("has ended, settle time included, whenever it is asked", () => {
    const now = fc.integer({ min: 1_600_000_000, max: 2_000_000_000 });
    fc.assert(
      fc.property(now, fc.integer({ min: 0, max: 7200 }), (nowSeconds, settle) => {
        const end = lastClosedHour(nowSeconds, settle) + SECONDS_PER_HOUR;
        expect(end + settle).toBeLessThanOrEqual(nowSeconds);
        expect(end + settle + SECONDS_PER_HOUR).toBeGreaterThan(nowSeconds);
      }),
    );
  });
});

describe("hoursBetween", () => {
  test("is half-open, oldest first, and crosses midnight", () => {
    const hours = hoursBetween(at("2026-11-22T22:00:00Z"), at("2026-11-23T01:00:00Z"));
    expect(hours.map(isoSeconds)).toEqual([
      "2026-11-22T22:00:00Z",
      "2026-11-22T23:00:00Z",
      "2026-11-23T00:00:00Z",
    ]);
    expect(hoursBetween(at("2026-11-22T22:00:00Z"), at("2026-11-22T22:00:00Z"))).toEqual([]);
  });
});

describe("the parts of an hour", () => {
  test("read back as the hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }).map(hourOf), (hour) => {
        expect(hourFromParts(dateOf(hour), hourOfDay(hour))).toBe(hour);
      }),
    );
  });

  test.each([
    ["2026-11-22", "9"],
    ["2026-11-22", "24"],
    ["2026-11-22", "-1"],
    ["2026-11-2", "09"],
    ["2026-13-01", "09"],
    ["2026-02-30", "09"],
    ["2026-02-29", "09"],
    ["22-11-2026", "09"],
  ])('"%s" and "%s" name no hour', (date, hour) => {
    expect(hourFromParts(date, hour)).toBeUndefined();
  });

  test("a leap day has hours", () => {
    expect(hourFromParts("2028-02-29", "23")).toBe(at("2028-02-29T23:00:00Z"));
  });
});
