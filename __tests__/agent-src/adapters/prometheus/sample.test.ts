import { describe, expect, test } from "@jest/globals";
import {
  parseInstantSample,
  parseSampleSeries,
  parseSampleValue,
} from "../../../../agent-src/adapters/prometheus/sample.ts";

describe("a sample's value", () => {
  test.each([
    ["1", 1],
    ["-0", -0],
    ["1e-7", 1e-7],
    ["+Inf", Infinity],
    ["Inf", Infinity],
    ["-Inf", -Infinity],
    ["NaN", NaN],
  ])("%s", (text, value) => {
    expect(Object.is(parseSampleValue(text), value)).toBe(true);
  });

  test.each([[""], ["x"], ["1,5"], [1], [null], [undefined]])("%p is no value", (text) => {
    expect(() => parseSampleValue(text)).toThrow(/is not a number/);
  });
});

test("an element without metric or value is no series", () => {
  for (const element of [
    null,
    {},
    [],
    { metric: {} },
    { metric: null, value: [1, "1"] },
    { value: [1, "1"] },
  ]) {
    expect(() => parseInstantSample(element)).toThrow(/no series where "metric" and "value" were expected/);
  }
  expect(() => parseSampleSeries({ metric: {}, values: [1] })).toThrow(/not a pair/);
});
