import { describe, expect, test } from "@jest/globals";
import type { Decision } from "../../tools/policy-decisions/decision.ts";
import { CASES, DECISIONS } from "../../tools/policy-decisions/table.ts";
import { PLACE, statementConditions, synthesizedDeployments } from "./deployments.ts";
import { answerTo, answerToAdministrator, applies } from "./evaluate.ts";
import { conditionsOf, WAYS } from "./ways.ts";

const DEPLOYMENTS = synthesizedDeployments();

describe.each(DEPLOYMENTS)("$name", (deployed) => {
  const rows = DECISIONS.filter((row) => applies(row, deployed.on));

  test("every row of the table is decided as it says", async () => {
    const wrong: string[] = [];
    for (const row of rows) {
      const answer = await answerTo(row, deployed, PLACE);
      if ((answer === "Allowed") !== row.allowed) wrong.push(`${answer}: ${JSON.stringify(row)}`);
    }
    expect(wrong).toEqual([]);
  });

  test("an administrator is allowed what others are denied, so no denial is about an impossible request", async () => {
    const impossible: string[] = [];
    // Those that differ in nothing else from an allowed request are possible.
    for (const row of rows.filter(({ changed }) => changed === "action" || changed === "resource")) {
      const answer = await answerToAdministrator(row, deployed, PLACE);
      if (answer === "ImplicitlyDenied") impossible.push(JSON.stringify(row));
    }
    expect(impossible).toEqual([]);
  });
});

test("every statement that depends on a setting is there in some deployment", () => {
  const conditions = statementConditions();
  expect(conditions).toContain("local.use_kms");
  const switchedOn = WAYS.flatMap(({ on }) => conditionsOf(on));
  expect(conditions.filter((condition) => !switchedOn.includes(condition))).toEqual([]);
});

test("every row is decided in some deployment", () => {
  const undecided = DECISIONS.filter((row) => !DEPLOYMENTS.some(({ on }) => applies(row, on)));
  expect(undecided).toEqual([]);
});

test("no request is answered in two ways, and every denial says why", () => {
  const request = ({ allowed: _, why: _why, changed: _changed, ...rest }: Decision): string =>
    JSON.stringify(rest);
  const answers = new Map<string, boolean>();
  for (const row of DECISIONS) {
    expect(answers.get(request(row)) ?? row.allowed).toBe(row.allowed);
    answers.set(request(row), row.allowed);
    expect(row.why).not.toBe("");
  }
});

test("the table holds at least eighty decisions, and a denial for each thing that is allowed", () => {
  expect(DECISIONS.length).toBeGreaterThanOrEqual(80);
  for (const { unless } of CASES) expect(unless.length).toBeGreaterThan(0);
});
