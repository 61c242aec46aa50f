import { describe, expect, test } from "@jest/globals";
import { metricRecord } from "../../lambda-src/reconcile/metrics.ts";
import type { ReconcileReport } from "../../lambda-src/reconcile/report.ts";
import { addressesOf, resourceOf, synthesizeAccount, type Block } from "../support/account-json.ts";

const json = synthesizeAccount();
const alarms = Object.entries(json.resource["aws_cloudwatch_metric_alarm"] ?? {});
const alarm = (id: string): Block => resourceOf(json, `aws_cloudwatch_metric_alarm.${id}`);

/** The metrics that a run of the Lambda's own code writes. */
function writtenMetrics(): { namespace: string; dimensions: string[]; names: string[] } {
  const report: ReconcileReport = {
    version: 1,
    deployment: "the-bucket",
    mode: "reconcile",
    status: "ok",
    startedAt: "2026-11-24T06:00:00.000Z",
    finishedAt: "2026-11-24T06:00:01.000Z",
    regions: [],
    counts: {},
    actions: [],
    notes: [],
    problems: [],
  };
  const record = metricRecord(report) as {
    _aws: {
      CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
    };
  } & Record<string, unknown>;
  const [written] = record._aws.CloudWatchMetrics;
  const dimensions = written?.Dimensions[0] ?? [];
  expect(dimensions.map((name) => record[name])).toEqual(["the-bucket"]);
  return {
    namespace: written?.Namespace ?? "",
    dimensions,
    names: written?.Metrics.map(({ Name }) => Name) ?? [],
  };
}

describe("every alarm", () => {
  test.each(alarms)("%s tells the topic when it starts and when it is over", (_id, block) => {
    expect(block).toMatchObject({
      alarm_actions: ["${var.alarm_topic_arn}"],
      ok_actions: ["${var.alarm_topic_arn}"],
      count: "${local.create_alarms ? 1 : 0}",
    });
  });

  test.each(alarms)("%s is named after what it watches, and says what to do", (id, block) => {
    expect(block["alarm_name"]).toBe(`\${var.name_prefix}-${id.replaceAll("_", "-")}`);
    const description = String(block["alarm_description"]);
    expect(description).toMatch(/(repair|Raise|See|Read|rename|allow|raise) /);
    // CloudWatch's limit, with room for names that are longer than the expressions.
    expect(description.length).toBeLessThan(700);
  });
});

test("there are alarms only where roles are managed and a topic is given or promised", () => {
  expect(json.locals["create_alarms"]).toBe(
    '${!local.manage_roles ? false : (var.create_alarms == null ? var.alarm_topic_arn != "" : var.create_alarms)}',
  );
});

describe("an alarm on what the reconciler counts", () => {
  const counted = alarms.filter(([, block]) => !String(block["namespace"]).startsWith("AWS/"));

  test("reads exactly what the code writes: namespace, dimension, and a name that exists", () => {
    const written = writtenMetrics();
    expect(counted.map(([, block]) => block["metric_name"]).sort()).toEqual([
      "DeletionsBraked",
      "RegionsFailed",
      "RoleConflicts",
    ]);
    for (const [, block] of counted) {
      expect(block["namespace"]).toBe(written.namespace);
      expect(Object.keys(block["dimensions"] as object)).toEqual(written.dimensions);
      expect(block["dimensions"]).toEqual({ Deployment: "${local.bucket_name}" });
      expect(written.names).toContain(block["metric_name"]);
    }
  });

  test("rings above zero, and until a run says otherwise", () => {
    for (const [, block] of counted) {
      expect(block).toMatchObject({
        comparison_operator: "GreaterThanThreshold",
        threshold: 0,
        statistic: "Maximum",
        treat_missing_data: "ignore",
      });
    }
  });
});

describe("an alarm on a function", () => {
  test.each([
    ["role_creation_errors", "Errors", "role_creation"],
    ["role_creation_throttles", "Throttles", "role_creation"],
    ["role_management_errors", "Errors", "role_management"],
    ["role_management_throttles", "Throttles", "role_management"],
    ["role_management_silence", "Invocations", "role_management"],
  ])("%s watches the %s of the function that exists", (id, metric, fn) => {
    expect(alarm(id)).toMatchObject({
      namespace: "AWS/Lambda",
      metric_name: metric,
      statistic: "Sum",
      dimensions: { FunctionName: resourceOf(json, `aws_lambda_function.${fn}`)["function_name"] },
    });
  });

  test("silence rings when no hour of many had a check, and no data is silence too", () => {
    expect(alarm("role_management_silence")).toMatchObject({
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      period: 3600,
      evaluation_periods: "${var.alarm_silence_hours}",
      treat_missing_data: "breaching",
    });
  });

  test("silence is refused where it would ring between two checks", () => {
    const { precondition } = alarm("role_management_silence")["lifecycle"] as { precondition: Block[] };
    expect(precondition[0]?.["condition"]).toBe("${local.schedule_minutes < var.alarm_silence_hours * 60}");
    expect(precondition[0]?.["error_message"]).toContain("set alarm_silence_hours to more than");
  });
});

test("the alarm on dead letters watches the queue that exists", () => {
  expect(alarm("dead_letters")).toMatchObject({
    namespace: "AWS/SQS",
    metric_name: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: resourceOf(json, "aws_sqs_queue.dead_letters")["name"] },
  });
  expect(addressesOf(json)).toContain("aws_sqs_queue.dead_letters");
});
