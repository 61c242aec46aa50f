import { describe, expect, test } from "@jest/globals";
import { findOldestSample, type AskRange } from "../../../../agent-src/adapters/prometheus/oldest-sample.ts";

const NOW = 1795345199;
const DAY = 86400;

interface Fake {
  readonly ask: AskRange;
  readonly points: number[];
}

/** A server that has data in these spans, and looks five minutes back, as Prometheus does. */
function server(spans: readonly (readonly [from: number, to: number])[]): Fake {
  const points: number[] = [];
  const has = (at: number): boolean => spans.some(([from, to]) => from <= at && at < to + 300);
  async function* ask(
    _: unknown,
    { startSeconds, endSeconds, stepSeconds }: Parameters<AskRange>[1],
  ): ReturnType<AskRange> {
    const times: number[] = [];
    for (let at = startSeconds; at <= endSeconds; at += stepSeconds) times.push(at);
    points.push(times.length);
    const timestamps = Float64Array.from(times.filter(has));
    if (timestamps.length > 0) yield { labels: {}, timestamps, values: timestamps.map(() => 1) };
  }
  return { ask, points };
}

describe("the oldest sample", () => {
  test.each([
    ["an hour", 3600],
    ["two days", 2 * DAY],
    ["15 days", 15 * DAY],
    ["90 days", 90 * DAY],
    ["6 years", 2200 * DAY],
  ])("of a server that keeps %s is found to five minutes", async (_, kept) => {
    const { ask, points } = server([[NOW - kept, NOW]]);
    const found = Number(await findOldestSample(ask, NOW));
    expect(found - (NOW - kept)).toBeGreaterThanOrEqual(0);
    expect(found - (NOW - kept)).toBeLessThan(300);
    expect(Math.max(...points)).toBeLessThan(11_000);
    expect(points.length).toBeLessThan(10);
  });

  test("is before a gap of a day", async () => {
    const { ask } = server([
      [NOW - 10 * DAY, NOW - 9 * DAY],
      [NOW - 8 * DAY, NOW],
    ]);
    expect(Number(await findOldestSample(ask, NOW)) - (NOW - 10 * DAY)).toBeLessThan(300);
  });

  test("is not there in an empty server", async () => {
    expect(await findOldestSample(server([]).ask, NOW)).toBeUndefined();
  });
});
