import assert from "node:assert/strict";
import { plannedChanges } from "../account-modes/second-plan.ts";
import type { Checks } from "../checks.ts";
import { writeOverride, type Caller } from "./callers.ts";

/** Another value of a variable of one deployment of two. */
interface Change {
  /** Sets it; the file of this name says what both have. */
  readonly override: string;
  /** Everything that it changes, as `plannedChanges` tells it. */
  readonly plan: readonly string[];
}

const FINANCE = 'module.container_insights["insights-finance"]';

/** `two-prefixes`: a setting of the roles, for the first of both. */
export const GRACE_OF_ONE: Change = {
  override: `module "container_insights" {
  force_destroy      = true
  orphan_grace_hours = each.key == "insights-finance" ? 48 : 24
}
`,
  plan: [
    `${FINANCE}.aws_lambda_function.role_creation[0]: update environment`,
    `${FINANCE}.aws_lambda_function.role_management[0]: update environment`,
    `${FINANCE}.aws_lambda_invocation.roles[0]: update input, result`,
  ],
};

/** What has tags, and no more that depends on them. */
const TAGGED = [
  "aws_cloudwatch_event_rule.scheduled_check[0]",
  "aws_cloudwatch_log_group.role_creation[0]",
  "aws_cloudwatch_log_group.role_management[0]",
  "aws_glue_catalog_database.data[0]",
  "aws_iam_policy.boundary[0]",
  "aws_iam_policy.read",
  "aws_iam_role.lambda[0]",
  "aws_lambda_function.role_creation[0]",
  "aws_lambda_function.role_management[0]",
  "aws_s3_bucket.data",
  "aws_sqs_queue.dead_letters[0]",
];

/** `two-regions`: tags, for the one that is in another region than the cluster. */
export const TAGS_OF_ONE: Change = {
  override: `module "ireland" {
  force_destroy = true
}
module "virginia" {
  force_destroy = true
  tags          = { team = "finops" }
}
`,
  plan: TAGGED.map((address) => `module.virginia.${address}: update tags, tags_all`),
};

/** A variable of one deployment changes: exactly that follows which has to, in place, and nothing in the other one. */
export async function checkChange(
  checks: Checks,
  example: string,
  caller: Caller,
  { override, plan }: Change,
): Promise<void> {
  const { terraform } = caller;
  await checks.check(`${example}: a variable of one changes what it has to, in place`, async () => {
    await writeOverride(caller, override);
    assert.deepEqual(await plannedChanges(terraform, []), plan);
    await terraform.run(["apply", "-no-color", "second.tfplan"]);
  });
  await checks.check(`${example}: the plan after that is empty`, async () =>
    assert.deepEqual(await plannedChanges(terraform, []), []),
  );
}
