import type { TerraformVariableConfig } from "cdktf";
import { derivedSwitch, text, wholeNumber, withValidations } from "./kinds.ts";

// CloudWatch looks back seven days at most, where a period is an hour or longer (PutMetricAlarm, Period).
const MOST_SILENCE_HOURS = 7 * 24;

/** Who hears of it when the clusters' roles are not kept. */
export const ALARMS_VARIABLES = {
  alarm_topic_arn: withValidations(
    text("ARN of the SNS topic that alarms are sent to; empty: there are no alarms.", "", {
      condition:
        'can(regex("^(arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256})?$", var.alarm_topic_arn))',
      errorMessage:
        'alarm_topic_arn is "${var.alarm_topic_arn}"; give the ARN of a standard topic, as "arn:<partition>:sns:<region>:<account>:<topic>".',
    }),
    {
      condition:
        'try(regex("^arn:[a-z-]+:sns:([a-z0-9-]+):", var.alarm_topic_arn)[0] == data.aws_region.current.id, true)',
      errorMessage:
        'alarm_topic_arn is "${var.alarm_topic_arn}", a topic of another region than the Lambdas\'; give one of "${data.aws_region.current.id}".',
    },
  ),
  create_alarms: derivedSwitch("create_alarms", "alarm_topic_arn", "Whether there are alarms"),
  alarm_silence_hours: wholeNumber(
    "alarm_silence_hours",
    6,
    MOST_SILENCE_HOURS,
    "Hours without a check of the clusters' roles after which an alarm is raised; more than lie between two checks of schedule_expression.",
    1,
  ),
} satisfies Record<string, TerraformVariableConfig>;
