import { describe, expect, test } from "@jest/globals";
import { textParts } from "../../e2e/ground/history/create-blocks.ts";
import type { LivingSeries } from "../../e2e/ground/history/lifetimes.ts";

const NINE = Date.UTC(2026, 10, 22, 9) / 1000;
const HOUR = 3600;

function series(metric: string, from: number, until: number): LivingSeries {
  return { metric, labels: `of="${metric}"`, value: (t) => t, from, until };
}

function spans(parts: Iterable<LivingSeries[]>): string[][] {
  const minutes = (at: number): number => (at - NINE) / 60;
  return [...parts].map((part) =>
    part.map(({ metric, from, until }) => `${metric} ${minutes(from)}-${minutes(until)}`),
  );
}

describe("texts for blocks", () => {
  const all = [series("a", NINE, NINE + 3 * HOUR), series("b", NINE + 1800, NINE + HOUR)];

  test("are cut where Prometheus cuts its blocks: at even hours", () => {
    expect(spans(textParts(all, 60))).toEqual([["a 0-60", "b 30-60"], ["a 60-180"]]);
  });

  test("are cut between series when they would grow too long", () => {
    expect(spans(textParts(all, 60, 50))).toEqual([["a 0-60"], ["b 30-60"], ["a 60-180"]]);
  });

  test("hold every series' samples once", () => {
    const samples = [...textParts(all, 60, 70)].flat().map(({ from, until }) => (until - from) / 60);
    expect(samples.reduce((sum, count) => sum + count)).toBe(180 + 30);
  });

  test("are refused for series that begin between two scrapes", () => {
    expect(() => spans(textParts([series("a", NINE + 1, NINE + HOUR)], 60))).toThrow("multiples of 60 s");
  });
});
