import { describe, expect, test } from "@jest/globals";
import { ChartValues } from "../../stacks/chart-values.ts";
import { loadCases } from "./cases.ts";

const cases = loadCases();

/** Every problem as a person reads it: the path is part of the message only where the message does not name it. */
function problemsOf(values: unknown): string[] {
  const issues = ChartValues.safeParse(values).error?.issues ?? [];
  return issues.map(({ code, path, message }) =>
    code === "custom" || path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
}

describe("values of the chart", () => {
  test.each(cases.filter(({ passes }) => passes))("$name is accepted", ({ values }) => {
    expect(problemsOf(values)).toEqual([]);
  });

  test.each(cases.filter(({ passes }) => !passes))(
    "$name is refused, with what to do",
    ({ values, notes }) => {
      const expected = notes["expect"] ?? notes["zod"];
      expect(problemsOf(values)).toEqual([
        expect.stringContaining(expected ?? "a message named in the case"),
      ]);
    },
  );

  test("all problems are reported together", () => {
    expect(problemsOf({})).toHaveLength(6);
  });
});
