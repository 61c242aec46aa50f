import { describe, expect, test } from "@jest/globals";
import { Checks } from "../e2e/checks.ts";

/** Lines without their times. */
function told(): { checks: Checks; lines: () => string[] } {
  const texts: string[] = [];
  const lines = (): string[] =>
    texts
      .join("\n")
      .split("\n")
      .filter((line) => line !== "" && !/^\s+at /.test(line))
      .map((line) => line.replace(/\d+\.\d s/, "0 s"));
  return { checks: new Checks((text) => texts.push(text)), lines };
}

describe("checks", () => {
  test("that run aside are told in one piece, after the phase that went on meanwhile, and counted", async () => {
    const { checks, lines } = told();
    let end = (): void => {};
    const goesOn = new Promise<void>((resolve) => void (end = resolve));
    const aside = checks.aside("side", async (own) => {
      await own.phase("side 1", async () => void (await own.check("good", () => 1)));
      return 7;
    });
    await checks.phase("main", async () => {
      await checks.check("first", () => aside);
      await checks.check("second", async () => end());
      await goesOn;
    });
    expect(await aside).toBe(7);
    expect(lines()).toEqual([
      ".. side: runs at the same time, and is told when it has ended",
      "== main",
      "  ok    first (0 s)",
      "  ok    second (0 s)",
      "-- main: 0 s",
      "== side 1",
      "  ok    good (0 s)",
      "-- side 1: 0 s",
    ]);
    expect(checks.tally()).toEqual({ passed: 3, failed: 0 });
  });

  test("count what fails: a check, a phase, and what runs aside", async () => {
    const { checks, lines } = told();
    const fail = (): never => {
      throw new Error("no");
    };
    await checks.phase("main", async () => {
      await checks.check("bad", fail);
      await checks.check(
        "good",
        () => 1,
        () => "warm",
      );
      fail();
    });
    expect(await checks.aside("side", async () => fail())).toBeUndefined();
    expect(lines()).toEqual([
      "== main",
      "  FAIL  bad",
      "        Error: no",
      "  ok    good (0 s, warm)",
      "  FAIL  main: could not go on",
      "        Error: no",
      "-- main: 0 s",
      ".. side: runs at the same time, and is told when it has ended",
      "  FAIL  side: could not go on",
      "        Error: no",
    ]);
    expect(checks.tally()).toEqual({ passed: 1, failed: 3 });
  });
});
