import assert from "node:assert/strict";
import type { Checks } from "../checks.ts";
import type { Ground } from "./applied.ts";
import { openCaller } from "./callers.ts";

/** Names and ARNs that are known only after apply, planned: what is made of each of them, and that it is not known. */
export async function checkSamePlan(
  checks: Checks,
  { estate, emulator }: Pick<Ground, "estate" | "emulator">,
): Promise<void> {
  const { terraform } = await openCaller(estate, "same-plan", emulator);
  await checks.check("same-plan: plans with names that are known only after apply", async () => {
    const { text } = await terraform.plan([]);
    assert.match(text, /Plan: \d+ to add, 0 to change, 0 to destroy\./);
    const blocks = text.split(/\n {2}# /);
    for (const [address, argument] of UNKNOWN) {
      const block = blocks.find((each) => each.startsWith(`module.container_insights.${address} `));
      assert.ok(block, `the plan has no ${address}`);
      assert.match(block, argument);
    }
  });
}

const UNKNOWN: readonly (readonly [address: string, argument: RegExp])[] = [
  ["aws_iam_role_policy_attachment.read[0]", /role += \(known after apply\)/],
  [
    "aws_s3_bucket_server_side_encryption_configuration.data",
    /kms_master_key_id += \(known after apply\)\n *\+ sse_algorithm += "aws:kms"/,
  ],
  ["aws_cloudwatch_metric_alarm.role_creation_errors[0]", /alarm_actions += \(known after apply\)/],
];
