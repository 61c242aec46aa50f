import assert from "node:assert/strict";
import { GetBucketPolicyCommand, GetPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { listInventory } from "../account-modes/inventory.ts";
import { BUCKET } from "../account/expected-role.ts";
import type { Checks } from "../checks.ts";
import type { Terraform } from "../ground/terraform.ts";
import { assertOldData } from "./data.ts";
import type { Estate } from "./estate.ts";

const DESTROY = ["destroy", "-auto-approve", "-no-color"];

/** The bucket's two controls as S3 tells them; undefined where there is none. */
export async function controlsOf({ aws }: Estate): Promise<{ policy: unknown; publicAccess: unknown }> {
  const orNone = (): undefined => undefined;
  const policy = await aws.s3.send(new GetBucketPolicyCommand({ Bucket: BUCKET })).catch(orNone);
  const access = await aws.s3.send(new GetPublicAccessBlockCommand({ Bucket: BUCKET })).catch(orNone);
  return { policy: policy?.Policy, publicAccess: access?.PublicAccessBlockConfiguration };
}

/** A build as it is by default: Terraform refuses at plan, whatever the variables say. */
export async function checkRefused(
  checks: Checks,
  estate: Estate,
  terraform: Terraform,
  variables: readonly string[],
): Promise<void> {
  await checks.check("destroy of a protected build is refused at plan, force_destroy or not", async () => {
    for (const force of ["false", "true"]) {
      await assertUntouched(estate, terraform, [...variables, `-var=force_destroy=${force}`], {
        message:
          /Instance cannot be destroyed[^]*aws_s3_bucket_\w+\.data\s+has\s+lifecycle\.prevent_destroy\s+set/,
      });
    }
  });
}

/** A build with `allowDestroy`, while nobody said that the data may go. */
export async function checkUnforced(
  checks: Checks,
  estate: Estate,
  terraform: Terraform,
  variables: readonly string[],
): Promise<void> {
  await checks.check("destroy with allowDestroy alone is refused at plan, and says what to do", () =>
    assertUntouched(estate, terraform, variables, {
      message:
        /force_destroy is "false"; this build[^]*set[^]*force_destroy = true[^]*apply[^]*before you destroy/,
    }),
  );
}

async function assertUntouched(
  estate: Estate,
  terraform: Terraform,
  variables: readonly string[],
  error: { message: RegExp },
): Promise<void> {
  const account = (): Promise<string[]> => listInventory(estate.emulator.url, estate.aws);
  const [before, controls] = [await account(), await controlsOf(estate)];
  assert.ok(controls.policy !== undefined && controls.publicAccess !== undefined);
  await assert.rejects(terraform.run([...DESTROY, ...variables]), error);
  assert.deepEqual(await account(), before);
  assert.deepEqual(await controlsOf(estate), controls);
  await assertOldData(estate.aws);
}

/** A build with `allowDestroy`, applied with `force_destroy`: data and all goes, but for `left`. */
export async function checkDestroyed(
  checks: Checks,
  estate: Estate,
  terraform: Terraform,
  variables: readonly string[],
  left: readonly string[],
): Promise<void> {
  const forced = [...variables, "-var=force_destroy=true"];
  await checks.check("applied with force_destroy, then destroyed, it leaves what is documented", async () => {
    await terraform.run(["apply", "-auto-approve", "-no-color", ...forced]);
    await terraform.run([...DESTROY, ...forced]);
    assert.equal((await terraform.run(["state", "list"])).stdout, "");
    assert.deepEqual(await listInventory(estate.emulator.url, estate.aws), left);
  });
}
