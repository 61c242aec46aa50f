import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { clusterEventPattern } from "../contract/cluster-events.ts";
import type { AccountContext } from "./account-context.ts";
import type { AccountDeadLetters } from "./account-dead-letters.ts";
import type { AccountLambdas } from "./account-lambdas.ts";
import { whether } from "./account-switches.ts";
import { addEventPattern } from "./event-patterns.ts";
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

/**
 * When the Lambdas run: role creation with every apply that changes something, and on destroy; role management by the
 * clock and, where the account wants it, when something happens to a cluster.
 */
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
    this.#addRule(props, invocation, {
      id: "scheduled_check",
      when: whether("manage_roles"),
      name: props.context.names.rule,
      description: "Checks the clusters' roles",
      statementId: "ScheduledCheck",
      on: { scheduleExpression: props.context.variables.schedule_expression.stringValue },
    });
    this.#addRule(props, invocation, {
      id: "cluster_events",
      when: whether("follow_cluster_events"),
      name: props.context.names.eventsRule,
      description:
        "Checks the clusters' roles when a cluster or an OIDC provider was created or a cluster deleted",
      statementId: "ClusterEvents",
      on: {
        eventPattern: addEventPattern(this, "cluster_events", clusterEventPattern(props.context.account)),
      },
    });
  }

  #addRule(
    { context, lambdas, deadLetters }: AccountScheduleProps,
    invocation: LambdaInvocation,
    { id, when, name, description, statementId, on }: ManagementRule,
  ): void {
    const count = countIf(when);
    const rule = withId(
      new CloudwatchEventRule(this, `${id}-rule`, { count, name, description, tags: context.tags, ...on }),
      id,
    );
    const permission = withId(
      new LambdaPermission(this, `${id}-permission`, {
        count,
        statementId,
        action: "lambda:InvokeFunction",
        functionName: firstOf(lambdas.management, "function_name"),
        principal: "events.amazonaws.com",
        sourceArn: firstOf(rule, "arn"),
      }),
      id,
    );
    withId(
      new CloudwatchEventTarget(this, `${id}-target`, {
        count,
        rule: firstOf(rule, "name"),
        targetId: "role-management",
        arn: firstOf(lambdas.management, "arn"),
        retryPolicy: DELIVERY,
        deadLetterConfig: { arn: deadLetters.arn },
        // On destroy the rules stop first; else a run that one of them starts could make again what the delete event
        // removed.
        dependsOn: [invocation, permission, ...deadLetters.needed],
      }),
      id,
    );
  }
}

/** A rule that calls role management. */
interface ManagementRule {
  /** Of the rule, its permission and its target in Terraform. */
  readonly id: string;
  /** Terraform expression without `${}`. */
  readonly when: string;
  readonly name: string;
  readonly description: string;
  readonly statementId: string;
  readonly on: { readonly scheduleExpression: string } | { readonly eventPattern: string };
}
