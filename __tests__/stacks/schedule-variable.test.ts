import { describe, expect, test } from "@jest/globals";
import { SCHEDULE_VARIABLES } from "../../stacks/account-variables/schedule.ts";

const [validation] = SCHEDULE_VARIABLES.schedule_expression.validation ?? [];
const patterns = [...String(validation?.condition).matchAll(/can\(regex\(("(?:[^"\\]|\\.)*"), /g)].map(
  ([, literal = ""]) => new RegExp(JSON.parse(literal) as string),
);
const accepts = (schedule: string): boolean => patterns.some((pattern) => pattern.test(schedule));

test("a schedule is one rate, or a cron expression by days of the month or of the week", () => {
  expect(patterns).toHaveLength(3);
  expect(validation?.condition).toMatch(
    /^\$\{(can\(regex\("[^"]+", var\.schedule_expression\)\)( \|\| |\}$)){3}$/,
  );
});

describe("EventBridge's own examples and their like", () => {
  test.each([
    "rate(1 minute)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(2 hours)",
    "rate(10 hours)",
    "rate(1 day)",
    "rate(7 days)",
    "cron(0 */2 * * ? *)",
    "cron(0 10 * * ? *)",
    "cron(15 12 * * ? *)",
    "cron(0 18 ? * MON-FRI *)",
    "cron(0 8 1 * ? *)",
    "cron(0/15 * * * ? *)",
    "cron(0/10 * ? * MON-FRI *)",
    "cron(0/5 8-17 ? * MON-FRI *)",
    "cron(0/30 20-2 ? * MON-FRI *)",
    "cron(15 10 ? * 6L 2022-2023)",
    "cron(0 9 ? * 2#1 *)",
    "cron(0 9 ? * TUE#5 *)",
    "cron(0 9 ? * L *)",
    "cron(0 9 ? * FRIL *)",
    "cron(0 9 ? * 1,3,SAT *)",
    "cron(0 9 ? * * *)",
    "cron(0 9 L * ? *)",
    "cron(0 9 LW * ? *)",
    "cron(0 9 3W * ? *)",
    "cron(0 9 1-15 JAN,FEB,12 ? *)",
    "cron(0 9 1/7 1-6 ? 2026)",
    "cron(59 23 31 12 ? 2199)",
    "cron(5,35 00,12 01 01 ? 1970)",
    "cron(0  9  *  *  ?  *)",
  ])("%s is accepted", (schedule) => {
    expect(accepts(schedule)).toBe(true);
  });
});

describe("what EventBridge would refuse only at apply", () => {
  test.each([
    ["nothing", ""],
    ["no function", "2 hours"],
    ["another function", "every(1 hour)"],
    ["a time of Scheduler's", "at(2026-11-24T06:00:00)"],
    ["no rate", "rate()"],
    ["a plural for one", "rate(1 hours)"],
    ["a singular for many", "rate(2 hour)"],
    ["zero", "rate(0 minutes)"],
    ["less than zero", "rate(-1 hours)"],
    ["a fraction", "rate(1.5 hours)"],
    ["a leading zero", "rate(05 minutes)"],
    ["seconds", "rate(30 seconds)"],
    ["weeks", "rate(1 week)"],
    ["more after it", "rate(1 hour) "],
    ["two spaces", "rate(1  hour)"],
    ["five fields, as Unix has", "cron(0 */2 * * *)"],
    ["seven fields, as Quartz has", "cron(0 0 */2 * * ? *)"],
    ["both kinds of days", "cron(0 9 1 * MON *)"],
    ["stars for both kinds of days", "cron(0 9 * * * *)"],
    ["question marks for both kinds of days", "cron(0 9 ? * ? *)"],
    ["minute 60", "cron(60 9 * * ? *)"],
    ["hour 24", "cron(0 24 * * ? *)"],
    ["day 0", "cron(0 9 0 * ? *)"],
    ["day 32", "cron(0 9 32 * ? *)"],
    ["month 13", "cron(0 9 1 13 ? *)"],
    ["a month's full name", "cron(0 9 1 JANUARY ? *)"],
    ["weekday 0, as Unix has", "cron(0 9 ? * 0 *)"],
    ["weekday 8", "cron(0 9 ? * 8 *)"],
    ["the sixth of a weekday", "cron(0 9 ? * 2#6 *)"],
    ["two weekdays of a month", "cron(0 9 ? * 3#1,6#3 *)"],
    ["year 1969", "cron(0 9 1 1 ? 1969)"],
    ["year 2200", "cron(0 9 1 1 ? 2200)"],
    ["a question mark for the hours", "cron(0 ? * * ? *)"],
    ["an empty step", "cron(0/ 9 * * ? *)"],
    ["an empty list item", "cron(0,,5 9 * * ? *)"],
    ["an expression", "cron(${x})"],
  ])("%s is refused", (_case, schedule) => {
    expect(accepts(schedule)).toBe(false);
  });
});
