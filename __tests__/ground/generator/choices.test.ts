import { describe, expect, test } from "@jest/globals";
import { groundChoices } from "../../e2e/ground/generator/choices.ts";
import { parseChoices, SHORT } from "../../e2e/truth/choices.ts";

const NONE = { seed: undefined, pods: undefined, hours: undefined };

describe("the ground's generated cluster", () => {
  test("has 2,000 pods and six hours when nothing is said", () => {
    expect(groundChoices(NONE)).toEqual({ seed: "1", pods: 2000, hours: 6 });
  });

  test("is chosen by variables", () => {
    expect(groundChoices({ seed: "x", pods: "100", hours: "2" })).toEqual({ seed: "x", pods: 100, hours: 2 });
  });

  test.each(["many", "0", "1.5", "-1"])("is refused when it has %s pods", (pods) => {
    const refusal = `GROUND_PODS is "${pods}"; it must be a whole number above 0, as 2000`;
    expect(() => groundChoices({ ...NONE, pods })).toThrow(refusal);
  });
});

describe("what is proved of generated clusters", () => {
  test("is the short form with every hour in detail when nothing is said", () => {
    expect(parseChoices([])).toEqual([{ ...SHORT, detailHours: SHORT.hours }]);
  });

  test("is one cluster a seed, of no more detail hours than hours", () => {
    const args = ["--pods", "100", "--hours", "2", "--detail-hours", "9", "--seeds", "a,b"];
    const cluster = { pods: 100, hours: 2, detailHours: 2 };
    expect(parseChoices(args)).toEqual([
      { ...cluster, seed: "a" },
      { ...cluster, seed: "b" },
    ]);
  });

  test("is told when it cannot be", () => {
    expect(() => parseChoices(["--pods", "few"])).toThrow(
      '--pods is "few"; it must be a whole number above 0',
    );
    expect(() => parseChoices(["--help"])).toThrow(/^usage: truth\/main\.ts/);
  });
});
