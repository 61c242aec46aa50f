import assert from "node:assert/strict";
import { CreateAccessKeyCommand, ListAccessKeysCommand, ListUserPoliciesCommand } from "@aws-sdk/client-iam";
import type { TakeOverGroupName } from "../../../contract/take-over.ts";
import type { EmulatedAws } from "../account/aws.ts";
import type { Checks } from "../checks.ts";
import type { Terraform } from "../ground/terraform.ts";
import { checkDestroyed, controlsOf } from "./destroy.ts";
import { openBuild, type Estate } from "./estate.ts";
import { checkTakeOver } from "./lambdas.ts";

const GROUPS: readonly TakeOverGroupName[] = ["bucket", "bucket-access", "bucket-policy", "user"];
const UserName = "nops-container-cost-s3";
const VARIABLES = ["-var=create_iam_user=true"];

/** An account with the IAM user: taken over, then destroyed by somebody who did not apply `force_destroy` first. */
export async function takeOverUser(checks: Checks, estate: Estate): Promise<void> {
  const { aws } = estate;
  const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
  const terraform = await openBuild(estate, "protected", { importExisting: GROUPS });
  await checkTakeOver(checks, estate, terraform, VARIABLES, GROUPS);
  await checks.check("taken over, the user has our one policy and its old access key", async () => {
    assert.deepEqual(await policiesOf(aws), ["container-insights-writer"]);
    const { AccessKeyMetadata = [] } = await aws.iam.send(new ListAccessKeysCommand({ UserName }));
    assert.deepEqual(
      AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]),
      [[AccessKey?.AccessKeyId, "Active"]],
    );
  });
  const destroyable = await openBuild(estate, "destroyable", { allowDestroy: true });
  await checkHalfDestroyed(checks, estate, destroyable);
  // The predecessor's account of this case has nothing else.
  await checkDestroyed(checks, estate, destroyable, VARIABLES, []);
}

/**
 * The one way to a bucket without its controls, and back: Terraform empties a bucket only when `force_destroy` was
 * applied before, not when it is given to the destroy.
 */
async function checkHalfDestroyed(checks: Checks, estate: Estate, terraform: Terraform): Promise<void> {
  const forced = ["-auto-approve", "-no-color", ...VARIABLES, "-var=force_destroy=true"];
  const controls = await controlsOf(estate);
  await checks.check(
    "force_destroy that was never applied stops at the data, and the controls are gone",
    async () => {
      await assert.rejects(terraform.run(["destroy", ...forced]), { message: /BucketNotEmpty/ });
      assert.deepEqual(await controlsOf(estate), { policy: undefined, publicAccess: undefined });
    },
  );
  await checks.check("apply brings them back", async () => {
    await terraform.run(["apply", ...forced]);
    assert.deepEqual(await controlsOf(estate), controls);
  });
}

async function policiesOf({ iam }: EmulatedAws): Promise<string[]> {
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  return PolicyNames;
}
