import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { AccountContext } from "./account-context.ts";
import type { AccountDeadLetters } from "./account-dead-letters.ts";
import type { AccountLambdas } from "./account-lambdas.ts";
import { whether } from "./account-switches.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

// An event that waited for hours is worth nothing: the next one is about to come. EventBridge would try for a day.
const DELIVERY = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 } as const;

export interface AccountScheduleProps {
  readonly context: AccountContext;
  readonly lambdas: AccountLambdas;
  readonly deadLetters: AccountDeadLetters;
  /** Base64 sha256 of the Lambdas' code. */
  readonly codeSha256: string;
  /** What the Lambda needs while it removes the roles on destroy. */
  readonly needed: readonly TerraformResource[];
}

/** When the Lambdas run: role creation with every apply that changes something, and on destroy; role management by the clock. */
export class AccountSchedule extends Construct {
  constructor(scope: Construct, id: string, props: AccountScheduleProps) {
    super(scope, id);
    const { lambdas } = props;
    const count = countIf(whether("manage_roles"));
    const invocation = withId(
      new LambdaInvocation(this, "apply", {
        count,
        functionName: firstOf(lambdas.creation, "function_name"),
        lifecycleScope: "CRUD",
        // Everything that asks for another run is in the input: an update. A changed `triggers` would be a
        // replacement, which starts with the delete event and so with the removal of every role.
        input: `\${jsonencode({ code_sha256 = "${props.codeSha256}", settings = ${lambdas.settings} })}`,
        dependsOn: [...props.needed],
      }),
      "roles",
    );
    this.#addRule(props, invocation);
  }

  #addRule({ context, lambdas, deadLetters }: AccountScheduleProps, invocation: LambdaInvocation): void {
    const count = countIf(whether("manage_roles"));
    const rule = withId(
      new CloudwatchEventRule(this, "rule", {
        count,
        name: context.names.rule,
        description: "Checks the clusters' roles",
        scheduleExpression: context.variables.schedule_expression.stringValue,
        tags: context.tags,
      }),
      "scheduled_check",
    );
    const permission = withId(
      new LambdaPermission(this, "permission", {
        count,
        statementId: "ScheduledCheck",
        action: "lambda:InvokeFunction",
        functionName: firstOf(lambdas.management, "function_name"),
        principal: "events.amazonaws.com",
        sourceArn: firstOf(rule, "arn"),
      }),
      "scheduled_check",
    );
    withId(
      new CloudwatchEventTarget(this, "target", {
        count,
        rule: firstOf(rule, "name"),
        targetId: "role-management",
        arn: firstOf(lambdas.management, "arn"),
        retryPolicy: DELIVERY,
        deadLetterConfig: { arn: deadLetters.arn },
        // On destroy the clock stops first; else a scheduled run could make again what the delete event removed.
        dependsOn: [invocation, permission, ...deadLetters.needed],
      }),
      "scheduled_check",
    );
  }
}
