import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { deadLettersPolicy } from "../contract/policies/dead-letters-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { whether } from "./account-switches.ts";
import { addPolicyDocument } from "./policy-documents.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

const RETENTION_SECONDS = 14 * 24 * 3600; // SQS keeps no message longer.

/** Where calls go that failed after every retry: of the Lambdas, and of the rules that call one. */
export class AccountDeadLetters extends Construct {
  readonly queue: SqsQueue;
  readonly arn: string;
  readonly needed: readonly TerraformResource[];

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    const count = countIf(whether("manage_roles"));
    this.queue = withId(
      new SqsQueue(this, "queue", {
        count,
        name: context.names.deadLetters,
        messageRetentionSeconds: RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
        // Not a resource of its own, for which the provider would wait another 25 seconds.
        policy: addPolicyDocument(
          this,
          "dead_letters_policy",
          deadLettersPolicy(deadLettersArn(context), ruleArns(context)),
        ),
        tags: context.tags,
      }),
      "dead_letters",
    );
    this.arn = firstOf(this.queue, "arn");
    this.needed = [this.queue];
  }
}

/** Built from names, so that a first plan shows the policies that hold it in full. */
export function deadLettersArn({ partition, region, account, names }: AccountContext): string {
  return `arn:${partition}:sqs:${region}:${account}:${names.deadLetters}`;
}

function ruleArns({ partition, region, account, names }: AccountContext): string[] {
  return [names.rule, names.eventsRule].map(
    (name) => `arn:${partition}:events:${region}:${account}:rule/${name}`,
  );
}
