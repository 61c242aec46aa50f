import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { preciseByParts, preciseByPrice } from "../../../agent-src/export/precise-cost.ts";

function round5(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

describe("a cost repaired from hours and price", () => {
  test("takes hours x price where OpenCost rounded exactly that", () => {
    expect(preciseByPrice(0.00166, 0.25, 0.006655)).toEqual({ cost: 0.00166375, repaired: true });
  });

  test("is always taken when cost and hours were rounded from the same price", () => {
    const hours = fc.double({ min: 0, max: 1e5, noNaN: true });
    const price = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(hours, price, (exactHours, exactPrice) => {
        const answered = round5(exactHours * exactPrice);
        const { cost, repaired } = preciseByPrice(answered, round5(exactHours), exactPrice);
        expect(repaired).toBe(true);
        expect(cost).toBe(round5(exactHours) * exactPrice);
      }),
    );
  });

  test("is not taken when the price was another one", () => {
    expect(preciseByPrice(0.31611, 10, 0.0316)).toEqual({ cost: 0.31611, repaired: false });
  });

  test("is not taken for idle cost, which has no hours", () => {
    expect(preciseByPrice(29.35252, 0, 0.031611)).toEqual({ cost: 29.35252, repaired: false });
  });

  test("stays as answered without a price, and unknown without an answer", () => {
    expect(preciseByPrice(0.5, 1, undefined)).toEqual({ cost: 0.5, repaired: false });
    expect(preciseByPrice(0.5, null, 0.5)).toEqual({ cost: 0.5, repaired: false });
    expect(preciseByPrice(null, 1, 0.5)).toEqual({ cost: null, repaired: false });
  });
});

describe("a cost repaired from its parts", () => {
  test("takes their sum where it rounds to the answer", () => {
    expect(preciseByParts(0.01644, [0.005479452, 0.005479452, 0.005479452])).toEqual({
      cost: 0.016438356,
      repaired: true,
    });
  });

  test("is nothing when there are no parts and no cost", () => {
    expect(preciseByParts(0, [])).toEqual({ cost: 0, repaired: true });
  });

  test("stays as answered when parts are missing", () => {
    expect(preciseByParts(0.01644, [0.005479452])).toEqual({ cost: 0.01644, repaired: false });
    expect(preciseByParts(0.01644, [])).toEqual({ cost: 0.01644, repaired: false });
  });
});
