import assert from "node:assert/strict";
import { GetPolicyCommand, ListAttachedRolePoliciesCommand } from "@aws-sdk/client-iam";
import type { TakeOverGroupName } from "../../../contract/take-over.ts";
import { listInventory } from "../account-modes/inventory.ts";
import { plannedChanges } from "../account-modes/second-plan.ts";
import { inspectRole, type EmulatedAws } from "../account/aws.ts";
import { countTargets } from "../account/invoke.ts";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";
import type { Terraform } from "../ground/terraform.ts";
import { assertOldData } from "./data.ts";
import { checkDestroyed, checkRefused, checkUnforced } from "./destroy.ts";
import { openBuild, type Estate } from "./estate.ts";
import { assertImports, assertNothingGoes, readPlan } from "./planned-imports.ts";
import { checkRetired } from "./retire.ts";
import { OLD_CLUSTER_ROLE, OLD_MANAGED_POLICY, OLD_RULE, READER } from "./predecessor.ts";

/** What an account without IAM user has. */
export const LAMBDA_GROUPS: readonly TakeOverGroupName[] = [
  "bucket",
  "bucket-access",
  "bucket-policy",
  "execution-role",
  "role-creation",
  "role-creation-logs",
  "role-management",
  "role-management-logs",
];

const LAMBDA_ROLE = "nops-container-cost-lambda";
const VARIABLES = [`-var=role_name=${READER}`];

/** The usual account: taken over by the root build, then destroyed as far as each build lets itself be. */
export async function takeOverLambdas(checks: Checks, estate: Estate): Promise<void> {
  const before = await listInventory(estate.emulator.url, estate.aws);
  await checks.check(
    "the account's role can make any role, by an inline and by a managed policy",
    async () => {
      assert.deepEqual(await policiesOf(estate.aws), {
        inline: ["nops-container-cost-lambda-policy"],
        attached: ["AWSLambdaBasicExecutionRole", OLD_MANAGED_POLICY],
      });
    },
  );
  const terraform = await openBuild(estate, "protected", { importExisting: LAMBDA_GROUPS });
  const plan = await checkTakeOver(checks, estate, terraform, VARIABLES, LAMBDA_GROUPS);
  await checks.check("the plan names every policy that the role loses", () => {
    const lost = [
      "nops-container-cost-lambda-policy",
      `arn:aws:iam::${EMULATED_ACCOUNT}:policy/${OLD_MANAGED_POLICY}`,
      "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ];
    for (const name of lost) assert.match(plan, new RegExp(`^ +- "${name}",?$`, "m"));
  });
  await checks.check("taken over, the role has our one policy and no other", async () => {
    assert.deepEqual(await policiesOf(estate.aws), { inline: ["role-reconciler"], attached: [] });
  });
  await checkLeftBeside(checks, estate);
  await checkRetired(checks, estate);
  await checkRefused(checks, estate, terraform, VARIABLES);
  const destroyable = await openBuild(estate, "destroyable", { allowDestroy: true });
  await checkUnforced(checks, estate, destroyable, VARIABLES);
  await checkDestroyed(checks, estate, destroyable, VARIABLES, leftOf(before));
}

/**
 * Plan, apply and second plan with import blocks.
 * @returns the text of the first plan
 */
export async function checkTakeOver(
  checks: Checks,
  { aws }: Estate,
  terraform: Terraform,
  variables: readonly string[],
  groups: readonly TakeOverGroupName[],
  module = "",
): Promise<string> {
  const first = await checks.check("a plan with import blocks is made", async () => {
    const { text } = await terraform.plan(["-out=first.tfplan", ...variables]);
    return { text, changes: await readPlan(terraform, "first.tfplan") };
  });
  if (!first) throw new Error("there is no plan to go on with");
  await checks.check("it imports what exists, and changes of it what is documented", () =>
    assertImports(first.changes, groups, module),
  );
  await checks.check("it destroys and replaces nothing", () => {
    assert.match(first.text, /Plan: \d+ to import, \d+ to add, \d+ to change, 0 to destroy\./);
    assertNothingGoes(first.changes);
  });
  await checks.check("apply succeeds, and the second plan is empty", async () => {
    await terraform.run(["apply", "-no-color", "first.tfplan"]);
    assert.deepEqual(await plannedChanges(terraform, variables), []);
  });
  await checks.check("the data is there, byte by byte", () => assertOldData(aws));
  return first.text;
}

async function policiesOf({ iam }: EmulatedAws): Promise<{ inline: string[]; attached: string[] }> {
  const aws = { iam } as EmulatedAws;
  const inline = Object.keys((await inspectRole(aws, LAMBDA_ROLE))?.policies ?? {});
  const { AttachedPolicies = [] } = await iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName: LAMBDA_ROLE }),
  );
  return { inline, attached: AttachedPolicies.map(({ PolicyName }) => PolicyName ?? "").sort() };
}

async function checkLeftBeside(checks: Checks, { aws, emulator }: Estate): Promise<void> {
  await checks.check(
    "what is not taken over is as it was: rule, reader's and cluster's policies",
    async () => {
      assert.equal(await countTargets(emulator.url, OLD_RULE), 1);
      assert.deepEqual(Object.keys((await inspectRole(aws, READER))?.policies ?? {}), [
        "container-cost-read-only",
      ]);
      assert.deepEqual(Object.keys((await inspectRole(aws, OLD_CLUSTER_ROLE))?.policies ?? {}), ["S3Policy"]);
      const PolicyArn = `arn:aws:iam::${EMULATED_ACCOUNT}:policy/${OLD_MANAGED_POLICY}`;
      assert.equal((await aws.iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount, 0);
    },
  );
}

/** What of an account's inventory a destroy leaves: everything that was neither taken over nor retired. */
function leftOf(inventory: readonly string[]): string[] {
  const gone = new RegExp(
    `^(bucket|function|log group) |^role /(nops-container-cost-lambda|${OLD_CLUSTER_ROLE})$`,
  );
  return inventory.filter((item) => !gone.test(item));
}
