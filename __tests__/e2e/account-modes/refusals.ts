import assert from "node:assert/strict";
import type { AccountUnderTest } from "../account/under-test.ts";
import type { Checks } from "../checks.ts";
import { asArguments } from "./arguments.ts";
import type { Variables } from "./mode.ts";

interface Refusal {
  readonly name: string;
  readonly variables: Variables;
  readonly message: string;
}

/** What only AWS knows to be wrong, and what only a build that may destroy the bucket refuses. */
const REFUSALS: readonly Refusal[] = [
  {
    name: "a region that does not exist",
    variables: { include_regions: "us-east-1, eu-west-9" },
    message:
      'include_regions names "eu-west-9", which AWS does not have in this partition; correct it, or take it out of "us-east-1, eu-west-9".',
  },
  {
    name: "a role that does not exist",
    variables: { role_name: "nobody" },
    message:
      'role_name is "nobody", but account "123456789012" has no role of that name; create it first, correct the name, or set attach_read_policy to true where the same plan creates it.',
  },
  {
    name: "a bucket that may be destroyed but not emptied",
    variables: { force_destroy: "false" },
    message:
      'force_destroy is "false"; this build may destroy the bucket (allowDestroy), which takes its policy and public access block first and then fails on data: set force_destroy = true and apply that before you destroy, or build without allowDestroy.',
  },
];

/** Plans with each, and reads the message, which Terraform breaks into lines. */
export async function refuseAtPlan(checks: Checks, { terraform }: AccountUnderTest): Promise<void> {
  for (const { name, variables, message } of REFUSALS) {
    await checks.check(`${name} stops at plan → ${message}`, async () => {
      await assert.rejects(terraform.plan(asArguments(variables)), (error: Error) => {
        const said = error.message.replaceAll(/\s+/g, " ");
        assert.ok(said.includes(message), said);
        return true;
      });
    });
  }
}
