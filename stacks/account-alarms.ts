import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { alarmName } from "../contract/names.ts";
import { RECONCILE_REPORT_KEY } from "../contract/object-keys.ts";
import { ROLE_METRICS_DIMENSION, ROLE_METRICS_NAMESPACE, type RoleMetric } from "../contract/role-metrics.ts";
import type { AccountContext } from "./account-context.ts";
import { whether } from "./account-switches.ts";
import { countIf, withId } from "./terraform-expressions.ts";

const HOUR_SECONDS = 3600;
const PERIOD_SECONDS = 300;

/** What an alarm watches: it rings above `threshold`, or below it where it says so. */
interface Watch {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum";
  /** Where there is no data, either nothing has changed or something is wrong; what to do says which. */
  readonly treatMissingData: "ignore" | "notBreaching" | "breaching";
  /** What has happened, and what to do about it. */
  readonly alarmDescription: string;
}

/** Alarms on what keeps the clusters' roles, each sent to the account's topic when it starts and when it is over. */
export class AccountAlarms extends Construct {
  readonly #context: AccountContext;

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    this.#context = context;
    const { names } = context;
    const report = `${RECONCILE_REPORT_KEY} in bucket ${names.bucket}`;
    this.#add(
      "role_creation_errors",
      this.#ofFunction(
        names.creationFunction,
        "Errors",
        `Terraform's call of ${names.creationFunction} failed: roles were not made, or not removed. The error of the apply and the function's log say why; repair that and apply again.`,
      ),
    );
    this.#add(
      "role_management_errors",
      this.#ofFunction(
        names.managementFunction,
        "Errors",
        `A check of the clusters' roles found problems or failed. Read "problems" in ${report}, or the log of ${names.managementFunction}; the alarm ends with the first check that finds none.`,
      ),
    );
    this.#add("role_creation_throttles", this.#throttlesOf(names.creationFunction));
    this.#add("role_management_throttles", this.#throttlesOf(names.managementFunction));
    this.#addDeadLetters();
    this.#addSilence();
    this.#addOfRuns(report);
  }

  #ofFunction(name: string, metricName: "Errors" | "Throttles", alarmDescription: string): Watch {
    return {
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: name },
      statistic: "Sum",
      // It rings until a later call goes well.
      treatMissingData: metricName === "Errors" ? "ignore" : "notBreaching",
      alarmDescription,
    };
  }

  #throttlesOf(name: string): Watch {
    const description = `Lambda had no room to run ${name}. Raise reserved_concurrency, or the account's quota of concurrent executions; Lambda and Terraform try again by themselves.`;
    return this.#ofFunction(name, "Throttles", description);
  }

  #addDeadLetters(): void {
    const { deadLetters } = this.#context.names;
    this.#add("dead_letters", {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: deadLetters },
      statistic: "Maximum",
      // SQS stops counting a queue that nobody touched for six hours.
      treatMissingData: "ignore",
      alarmDescription: `A check of the clusters' roles was given up after every retry. The messages in queue ${deadLetters} carry the error; repair its cause, then purge the queue.`,
    });
  }

  /** A rule that is disabled, or lost its target or its permission, fails without any error. */
  #addSilence(): void {
    const { managementFunction, rule } = this.#context.names;
    const alarm = this.#add(
      "role_management_silence",
      {
        ...this.#ofFunction(managementFunction, "Errors", ""),
        metricName: "Invocations",
        treatMissingData: "breaching",
        alarmDescription: `The clusters' roles were not checked for \${var.alarm_silence_hours} hours: new clusters get no role. See whether rule ${rule} is enabled and calls ${managementFunction}; applying the stack puts both right. Right after a first apply it rings until the first check.`,
      },
      {
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: HOUR_SECONDS,
        evaluationPeriods: this.#context.variables.alarm_silence_hours.numberValue,
      },
    );
    withId(new TerraformLocal(this, "schedule-minutes", SCHEDULE_MINUTES), "schedule_minutes");
    alarm.addOverride("lifecycle.precondition", [
      {
        condition: "${local.schedule_minutes < var.alarm_silence_hours * 60}",
        error_message:
          'alarm_silence_hours is "${var.alarm_silence_hours}", but schedule_expression is "${var.schedule_expression}": the alarm would ring between two checks; set alarm_silence_hours to more than lies between them.',
      },
    ]);
  }

  #addOfRuns(report: string): void {
    this.#add(
      "deletions_braked",
      this.#ofRun(
        "DeletionsBraked",
        `More roles are due for deletion than max_deletes_per_run, so none is deleted. See in ${report} whether their clusters are gone indeed; if so raise max_deletes_per_run, else find out why they cannot be seen.`,
      ),
    );
    this.#add(
      "role_conflicts",
      this.#ofRun(
        "RoleConflicts",
        `A cluster's role cannot be made, because a role that is not ours has its name, or cannot be used, because its service account has a Pod Identity association that is not ours. "problems" in ${report} says which; rename or remove that one, or change name_prefix or pod_identity_clusters.`,
      ),
    );
    this.#add(
      "regions_failed",
      this.#ofRun(
        "RegionsFailed",
        `The clusters of a region could not be listed, so their roles are left as they are. "problems" in ${report} says why; allow eks:ListClusters there, enable the region, or take it out of include_regions.`,
      ),
    );
  }

  /** A run's figure: it stands until the next run says otherwise. */
  #ofRun(metricName: RoleMetric, alarmDescription: string): Watch {
    return {
      namespace: ROLE_METRICS_NAMESPACE,
      metricName,
      dimensions: { [ROLE_METRICS_DIMENSION]: this.#context.names.bucket },
      statistic: "Maximum",
      treatMissingData: "ignore",
      alarmDescription,
    };
  }

  #add(
    id: string,
    watch: Watch,
    rings: Pick<
      CloudwatchMetricAlarm,
      "comparisonOperator" | "threshold" | "period" | "evaluationPeriods"
    > = ABOVE_ZERO,
  ): CloudwatchMetricAlarm {
    const { variables, tags } = this.#context;
    const topic = [variables.alarm_topic_arn.stringValue];
    return withId(
      new CloudwatchMetricAlarm(this, id, {
        count: countIf(whether("create_alarms")),
        alarmName: alarmName(variables.name_prefix.stringValue, id),
        ...watch,
        ...rings,
        alarmActions: topic,
        okActions: topic,
        tags,
      }),
      id,
    );
  }
}

const ABOVE_ZERO = {
  comparisonOperator: "GreaterThanThreshold",
  threshold: 0,
  period: PERIOD_SECONDS,
  evaluationPeriods: 1,
} as const;

/** The minutes between two checks of a rate; 0 for a cron expression, whose gaps are not computed. */
const SCHEDULE_MINUTES = [
  '${try(tonumber(regex("^rate\\\\(([0-9]+) ", var.schedule_expression)[0])',
  '* { minute = 1, hour = 60, day = 1440 }[trimsuffix(regex(" ([a-z]+)\\\\)$", var.schedule_expression)[0], "s")], 0)}',
].join(" ");
