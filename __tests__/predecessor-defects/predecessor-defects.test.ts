import { describe, expect, test } from "@jest/globals";
import { BASELINE_RUNS } from "./baseline-runs.ts";
import { BASELINE_STACK } from "./baseline-stack.ts";
import { LAMBDA_RUNS } from "./lambda-runs.ts";
import { LAMBDA_SETTINGS } from "./lambda-settings.ts";
import type { Regression } from "./regression.ts";

// What the predecessor is known to do wrong, item by item, and what ours does instead: on the real engine over fakes
// with state, on the synthesized stack, and on documents that a policy simulator decides by.

const REGRESSIONS: readonly Regression[] = [
  ...LAMBDA_RUNS,
  ...LAMBDA_SETTINGS,
  ...BASELINE_RUNS,
  ...BASELINE_STACK,
].sort((left, right) => left.item - right.item);

describe.each([
  { list: "lambda", items: 12 },
  { list: "baseline", items: 14 },
])("$list defect", ({ list, items }) => {
  const regressions = REGRESSIONS.filter((one) => one.list === list);

  test(`each of ${items} has one test`, () => {
    const numbers = Array.from({ length: items }, (_, index) => index + 1);
    expect(regressions.map(({ item }) => item)).toEqual(numbers);
  });

  test.each(regressions)("$item: $ours", async ({ holds }) => {
    const before = expect.getState().assertionCalls;
    await holds();
    expect(expect.getState().assertionCalls).toBeGreaterThan(before);
  });
});
