import { describe, expect, test } from "@jest/globals";
import { findOldestSample, type AskRange } from "../../../../agent-src/adapters/prometheus/oldest-sample.ts";
import { explainPrometheus } from "../../../../agent-src/adapters/prometheus/refusal.ts";
import { TransientError } from "../../../../agent-src/export/errors.ts";

const NOW = 1795345199;
const DAY = 86400;

/** A server that refuses to look back so far. */
function limited({ ask }: Fake, days: number, failure: Error): AskRange {
  return async function* (query, range) {
    if (range.startSeconds < NOW - days * DAY - 300) throw failure;
    yield* ask(query, range);
  };
}

function refused(status: number, contentType: string, body: string): Error {
  return explainPrometheus('query "oldest_sample"', "http://p")({ status, contentType, body }).error;
}

const JSON_TYPE = "application/json";

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

  test.each([
    ["Mimir", 422, JSON_TYPE, '{"errorType":"execution","error":"the query time range exceeds the limit"}'],
    ["Prometheus", 400, JSON_TYPE, '{"errorType":"bad_data","error":"too long ago"}'],
    ["a gateway", 400, JSON_TYPE, '{"message":"range"}'],
    ["an overloaded server", 503, JSON_TYPE, '{"errorType":"timeout","error":"query timed out"}'],
  ])("is what a shorter look found where %s refuses a longer one", async (_, status, contentType, body) => {
    const fake = server([[NOW - 90 * DAY, NOW]]);
    const ask = limited(fake, 32, refused(status, contentType, body));
    const found = Number(await findOldestSample(ask, NOW));
    expect(Math.abs(found - (NOW - 32 * DAY))).toBeLessThan(2 * 3600);
  });

  test.each([
    ["nobody is let in", refused(403, "text/plain", "no")],
    ["the server is busy", refused(429, "text/plain", "slow down")],
    ["the server is away", new TransientError("Cannot reach Prometheus")],
    ["the run is interrupted", new Error("interrupted by SIGTERM")],
  ])("is not known when %s in between", async (_, failure) => {
    const ask = limited(server([[NOW - 90 * DAY, NOW]]), 32, failure);
    await expect(findOldestSample(ask, NOW)).rejects.toBe(failure);
  });

  test("is not known where even a day is refused", async () => {
    const failure = refused(422, JSON_TYPE, '{"errorType":"execution","error":"exceeds the limit"}');
    await expect(findOldestSample(limited(server([]), -1, failure), NOW)).rejects.toBe(failure);
  });

  test("is not there in an empty server", async () => {
    expect(await findOldestSample(server([]).ask, NOW)).toBeUndefined();
  });
});
