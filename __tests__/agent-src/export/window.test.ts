import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isoSeconds, SECONDS_PER_HOUR } from "../../../contract/hours.ts";
import { ConfigError } from "../../../agent-src/export/errors.ts";
import { parseTime, resolveWindow } from "../../../agent-src/export/window.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 30) / 1000;

function resolve(from?: string, until?: string, now = NOW) {
  const window = resolveWindow({
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    now,
    settleSeconds: 120,
  });
  return { from: isoSeconds(window.from), until: isoSeconds(window.until), notices: window.notices };
}

describe("resolveWindow", () => {
  test("is the last 24 closed hours by default", () => {
    expect(resolve()).toEqual({ from: "2026-11-21T12:00:00Z", until: "2026-11-22T12:00:00Z", notices: [] });
  });

  test("leaves an hour alone until it has settled", () => {
    expect(resolve(undefined, undefined, Date.UTC(2026, 10, 22, 12, 1, 59) / 1000).until).toBe(
      "2026-11-22T11:00:00Z",
    );
    expect(resolve(undefined, undefined, Date.UTC(2026, 10, 22, 12, 2, 0) / 1000).until).toBe(
      "2026-11-22T12:00:00Z",
    );
  });

  test.each([
    ["2026-11-20", "2026-11-21", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"],
    ["2026-11-22T03:00:00Z", "2026-11-22T05:00Z", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z"],
    ["2026-11-22T03Z", "2026-11-22T07:00+02:00", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z"],
  ])("%s to %s is taken as it is", (from, until, wantedFrom, wantedUntil) => {
    expect(resolve(from, until)).toEqual({ from: wantedFrom, until: wantedUntil, notices: [] });
  });

  test("moves inwards to whole hours and says so", () => {
    expect(resolve("2026-11-22T03:10:00Z", "2026-11-22T05:50:00Z")).toEqual({
      from: "2026-11-22T04:00:00Z",
      until: "2026-11-22T05:00:00Z",
      notices: [
        "--until moved to the whole hour 2026-11-22T05:00:00Z",
        "--from moved to the whole hour 2026-11-22T04:00:00Z",
      ],
    });
  });

  test.each([
    ["-24h", undefined, "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"],
    ["-7d", "now", "2026-11-15T12:00:00Z", "2026-11-22T12:00:00Z"],
    ["-3h", "-1h", "2026-11-22T09:00:00Z", "2026-11-22T11:00:00Z"],
    ["-120m", undefined, "2026-11-22T10:00:00Z", "2026-11-22T12:00:00Z"],
  ])(
    "%s to %s counts back from the end of the newest closed hour",
    (from, until, wantedFrom, wantedUntil) => {
      expect(resolve(from, until)).toEqual({ from: wantedFrom, until: wantedUntil, notices: [] });
    },
  );

  test("counts back from the newest settled hour just after an hour has ended", () => {
    expect(resolve("-24h", undefined, Date.UTC(2026, 10, 22, 12, 1) / 1000)).toEqual({
      from: "2026-11-21T11:00:00Z",
      until: "2026-11-22T11:00:00Z",
      notices: [],
    });
  });

  test("ends at the last closed hour, and says so", () => {
    expect(resolve("2026-11-22T10:00:00Z", "2026-11-23")).toEqual({
      from: "2026-11-22T10:00:00Z",
      until: "2026-11-22T12:00:00Z",
      notices: ["--until moved to 2026-11-22T12:00:00Z: later hours are not closed and settled yet"],
    });
  });

  test("a window in the future holds no closed hour", () => {
    const { from, until, notices } = resolve("2026-12-01", "2026-12-02");
    expect(from).toBe(until);
    expect(notices.at(-1)).toBe("the window holds no closed hour");
  });

  test.each([
    ["2026-11-22T05:00:00Z", "2026-11-22T03:00:00Z", /--until .* must be after --from/],
    ["2026-11-22T05:00:00Z", "2026-11-22T05:00:00Z", /must be after/],
    ["2020-01-01", undefined, /longer than 8784 hours; export it in parts/],
  ])("%s to %s is refused", (from, until, message) => {
    expect(() => resolve(from, until)).toThrow(ConfigError);
    expect(() => resolve(from, until)).toThrow(message);
  });

  test("is whatever is asked a window of whole, closed hours", () => {
    const text = fc.option(
      fc.oneof(
        fc.integer({ min: 0, max: 8000 }).map((hours) => `-${hours}h`),
        fc
          .date({ min: new Date("2026-06-01"), max: new Date("2026-12-31"), noInvalidDate: true })
          .map((date) => date.toISOString()),
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(text, text, (from, until) => {
        try {
          const window = resolveWindow({
            ...(from ? { from } : {}),
            ...(until ? { until } : {}),
            now: NOW,
            settleSeconds: 120,
          });
          expect([window.from % SECONDS_PER_HOUR, window.until % SECONDS_PER_HOUR]).toEqual([0, 0]);
          expect(window.from).toBeLessThanOrEqual(window.until);
          expect(window.until).toBeLessThanOrEqual(NOW - 120);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe("parseTime", () => {
  test.each([
    "yesterday",
    "2026-11-22T10:00:00",
    "2026-02-30",
    "2026-13-01",
    "24h",
    "-24",
    "-1w",
    "",
    "1700000000",
  ])("%j is refused with the forms that are understood", (text) => {
    expect(() => parseTime("--from", text, NOW)).toThrow(
      /--from ".*" is not a time; use a date \("2026-11-22"\), an instant with zone/,
    );
  });

  test("now is now", () => {
    expect(parseTime("--until", "now", NOW)).toBe(NOW);
  });
});
