import { describe, expect, test } from "@jest/globals";
import { atItsOwnInstant } from "../e2e/dialects/history.ts";

function series(instance: string): Parameters<typeof atItsOwnInstant>[0] {
  return { metric: "up", labels: `instance="${instance}"`, value: () => 1, from: 3600, until: 7200 };
}

describe("targets that are scraped between the minutes", () => {
  const delays = Array.from({ length: 50 }, (_, node) => atItsOwnInstant(series(`node-${node}`)).from - 3600);

  test("are scraped within a minute of the first one, and never on a whole second", () => {
    for (const delay of delays) {
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThan(60);
      expect(delay % 1).toBe(0.25);
    }
  });

  test("are scraped at different instants, one target always at the same", () => {
    expect(new Set(delays).size).toBeGreaterThan(20);
    expect(atItsOwnInstant(series("node-1")).from).toBe(3600 + (delays[1] ?? 0));
  });
});
