import type { TerraformVariableConfig } from "cdktf";
import { flag, text } from "./kinds.ts";

// What EventBridge accepts for a rule
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html), field by field.

/** A comma list of values and ranges, each of which may have a step; `all` stands for every value. */
function field(value: string, all = "\\*", step = "(/[0-9]+)?"): string {
  const item = `(${all}|${value}(-${value})?)${step}`;
  return `${item}(,${item})*`;
}

const MINUTES = field("[0-5]?[0-9]");
const HOURS = field("([01]?[0-9]|2[0-3])");
const DAY = "(0?[1-9]|[12][0-9]|3[01])";
const DAY_OF_MONTH = `(${field(DAY)}|L(-[0-9]+)?|LW|${DAY}W)`;
const MONTH = field("(0?[1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)");
const WEEKDAY = "([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";
const DAY_OF_WEEK = `(${field(WEEKDAY, "\\*", "")}|L|${WEEKDAY}L|${WEEKDAY}#[1-5])`;
const YEAR = field("(19[7-9][0-9]|20[0-9][0-9]|21[0-9][0-9])");

/** The two ways to write a cron expression: the days are those of the month or those of the week. */
const CRON = [
  [MINUTES, HOURS, DAY_OF_MONTH, MONTH, "\\?", YEAR],
  [MINUTES, HOURS, "\\?", MONTH, DAY_OF_WEEK, YEAR],
].map((fields) => `^cron\\(${fields.join(" +")}\\)$`);

/** "1" goes with a singular unit, every other number with a plural one. */
const RATE = "^rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)$";

/** The condition that `variable` is a schedule, as a Terraform expression without `${}`. */
function isSchedule(variable: string): string {
  return [RATE, ...CRON]
    .map((pattern) => `can(regex(${JSON.stringify(pattern)}, var.${variable}))`)
    .join(" || ");
}

/** When the clusters' roles are checked. */
export const SCHEDULE_VARIABLES = {
  schedule_expression: text("When the roles are checked, as an EventBridge schedule.", "rate(2 hours)", {
    condition: isSchedule("schedule_expression"),
    errorMessage:
      'schedule_expression is "${var.schedule_expression}"; give a rate with the right unit, such as "rate(1 hour)" or "rate(2 hours)", or a cron expression of six fields with "?" for the day of the month or of the week, such as "cron(0 */2 * * ? *)".',
  }),
  cluster_events: flag(
    "Whether the roles are also checked when a cluster or an OIDC provider was created or a cluster deleted. Needs a trail of CloudTrail's with write management events of that region. Such events are delivered as far as AWS manages to, so the schedule decides. Clusters in other regions: see the module region-events.",
    false,
  ),
} satisfies Record<string, TerraformVariableConfig>;
