import { followsNothing, notWholeNumber, type VariableCases } from "./cases.ts";

export const ALARMS_CASES: readonly VariableCases[] = [
  {
    variable: "alarm_topic_arn",
    message: (value) =>
      `alarm_topic_arn is "${value}"; give the ARN of a standard topic, as "arn:<partition>:sns:<region>:<account>:<topic>".`,
    values: {
      "a topic's name": "oncall",
      "a FIFO topic": "arn:aws:sns:eu-west-1:123456789012:oncall.fifo",
      "an e-mail address": "oncall@example.test",
    },
  },
  {
    variable: "alarm_topic_arn",
    message: (value) =>
      `alarm_topic_arn is "${value}", a topic of another region than the Lambdas'; give one of "eu-west-1".`,
    values: { "another region": "arn:aws:sns:us-east-1:123456789012:oncall" },
  },
  ...followsNothing("create_alarms", "alarm_topic_arn"),
  ...notWholeNumber("alarm_silence_hours", 168, 1),
];
