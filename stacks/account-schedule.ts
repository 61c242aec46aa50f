import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { Fn, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { AccountContext } from "./account-context.ts";
import { reconcilerEnvironment, type AccountLambdas } from "./account-lambdas.ts";
import { whether } from "./account-switches.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

export interface AccountScheduleProps {
  readonly context: AccountContext;
  readonly lambdas: AccountLambdas;
  /** Base64 sha256 of the Lambdas' code. */
  readonly codeSha256: string;
  /** What the Lambda needs while it removes the roles on destroy. */
  readonly needed: readonly TerraformResource[];
}

/** When the Lambdas run: role creation with every apply that changes something, and on destroy; role management by the clock. */
export class AccountSchedule extends Construct {
  constructor(scope: Construct, id: string, props: AccountScheduleProps) {
    super(scope, id);
    const { context, lambdas } = props;
    const count = countIf(whether("manage_roles"));
    const invocation = withId(
      new LambdaInvocation(this, "apply", {
        count,
        functionName: firstOf(lambdas.creation, "function_name"),
        lifecycleScope: "CRUD",
        // Everything that asks for another run is in the input: an update. A changed `triggers` would be a
        // replacement, which starts with the delete event and so with the removal of every role.
        input: Fn.jsonencode({
          code_sha256: props.codeSha256,
          settings: reconcilerEnvironment(context),
        }),
        dependsOn: [...props.needed],
      }),
      "roles",
    );
    this.#addRule(context, lambdas, invocation);
  }

  #addRule(context: AccountContext, lambdas: AccountLambdas, invocation: LambdaInvocation): void {
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
        // On destroy the clock stops first; else a scheduled run could make again what the delete event removed.
        dependsOn: [invocation, permission],
      }),
      "scheduled_check",
    );
  }
}
