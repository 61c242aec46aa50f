import { describe, expect, test } from "@jest/globals";
import { TAKE_OVER_GROUPS } from "../../contract/take-over.ts";
import { runHere } from "../support/cli-in-process.ts";

const ACCOUNT = ["--account", "123456789012", "--region", "eu-west-1"];
const printBlocks = (...flags: string[]) => runHere(["import-blocks", ...flags]);
/** Names of the groups in what is printed. */
function groupsIn(text: string): string[] {
  return [...text.matchAll(/^# ([a-z-]+): /gm)].map(([, name = ""]) => name);
}

describe("import-blocks", () => {
  test("prints a group's blocks below the command that tells whether the account has it", async () => {
    const { code, stdout, stderr } = await printBlocks(
      ...ACCOUNT,
      "--module",
      "module.container_insights",
      "--group",
      "role-creation",
      "--group",
      "bucket-policy",
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toBe(`# bucket-policy: its policy (not from its Terraform of September 2024)
# Succeeds where the account has it: aws s3api get-bucket-policy --bucket nops-container-cost-123456789012
import {
  to = module.container_insights.aws_s3_bucket_policy.data
  id = "nops-container-cost-123456789012"
}

# role-creation: the Lambda for role creation (without IAM user)
# Succeeds where the account has it: aws lambda get-function --function-name nops-container-cost-agent-role-creation --region eu-west-1
import {
  to = module.container_insights.aws_lambda_function.role_creation[0]
  id = "nops-container-cost-agent-role-creation"
}
`);
  });

  test("prints everything but the user where no group is named", async () => {
    const { stdout } = await printBlocks(...ACCOUNT);
    const expected = TAKE_OVER_GROUPS.filter(({ name }) => name !== "user");
    for (const { name } of expected)
      expect(stdout).toContain(`\n# ${name}: `.slice(name === "bucket" ? 1 : 0));
    expect(stdout).not.toContain("aws_iam_user");
    expect(stdout.match(/^import \{$/gm)).toHaveLength(expected.flatMap(({ resources }) => resources).length);
  });

  test("addresses the root where no module is named, and a call with a key where one is", async () => {
    expect((await printBlocks(...ACCOUNT, "--group", "user")).stdout).toContain(
      "to = aws_iam_user.agent[0]\n",
    );
    const { stdout } = await printBlocks(
      ...ACCOUNT,
      "--module",
      'module.a["eu-1"].module.b[0]',
      "--group",
      "bucket",
    );
    expect(stdout).toContain('to = module.a["eu-1"].module.b[0].aws_s3_bucket.data\n');
  });

  test("finds a deployment of another prefix, and of another bucket", async () => {
    const { stdout } = await printBlocks(...ACCOUNT, "--name-prefix", "costs", "--bucket", "our-data");
    expect(stdout).toContain('id = "our-data"');
    expect(stdout).toContain('id = "/aws/lambda/costs-agent-role-management"');
    expect(stdout).not.toContain("nops-container-cost");
  });

  test("prints all of a deployment whose state was lost, and what its variables add to it", async () => {
    const call = ["--name-prefix", "costs", "--module", 'module.x["costs"]'];
    const { stdout, stderr } = await printBlocks(...ACCOUNT, ...call, "--lost-state", "roles");
    expect(stderr).toBe("");
    expect(groupsIn(stdout)).toEqual([
      ...TAKE_OVER_GROUPS.map(({ name }) => name).filter((name) => name !== "user"),
      ...["bucket-rules", "read-policy", "query-tables", "boundary", "execution-role-policy"],
      ...["dead-letters", "schedule"],
    ]);
    expect(stdout).toContain(`# read-policy: the policy for readers (always)
import {
  to = module.x["costs"].aws_iam_policy.read
  id = "arn:aws:iam::123456789012:policy/costs-read"
}
`);
    // The predecessor's editions and what tells them apart are nothing that a deployment of ours needs.
    expect(stdout).not.toMatch(/2024|Succeeds where/);
    const more = await printBlocks(...ACCOUNT, "--lost-state", "roles", "--group", "alarms");
    expect(groupsIn(more.stdout)).toEqual([...groupsIn(stdout), "alarms"]);
  });

  test("prints all of a deployment with the IAM user whose state was lost", async () => {
    const { stdout } = await printBlocks(...ACCOUNT, "--lost-state", "user");
    expect(groupsIn(stdout)).toEqual([
      ...["bucket", "bucket-access", "bucket-policy", "user"],
      ...["bucket-rules", "read-policy", "query-tables", "user-policy"],
    ]);
  });

  test("is one object with --json", async () => {
    const { stdout } = await printBlocks(...ACCOUNT, "--module", "module.x", "--group", "user", "--json");
    expect(JSON.parse(stdout)).toEqual({
      groups: [
        {
          name: "user",
          holds: "the IAM user with its access keys, and which inline policies it has",
          check: "aws iam get-user --user-name nops-container-cost-s3",
          imports: [
            { to: "module.x.aws_iam_user.agent[0]", id: "nops-container-cost-s3" },
            { to: "module.x.aws_iam_user_policies_exclusive.agent[0]", id: "nops-container-cost-s3" },
          ],
        },
      ],
    });
  });

  test("says everything that is wrong at once, and exits with 2", async () => {
    const { code, stdout, stderr } = await printBlocks(
      ...[
        "--account",
        "1234",
        "--module",
        "container_insights",
        "--name-prefix",
        "Costs",
        "--bucket",
        "${x}",
      ],
      ...["--group", "lambdas"],
    );
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(stderr.trimEnd().split("\n")).toEqual([
      'error: --account "1234" is not an account; give its 12 digits, such as 123456789012',
      "error: --region is missing; for example --region eu-west-1",
      'error: --module "container_insights" is not the address of a module call; for example --module module.container_insights',
      'error: --name-prefix "Costs" is not a name prefix; use 1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end',
      'error: --bucket "${x}" is not the name of a bucket of this stack; use 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end',
      'error: --group "lambdas" does not exist; choose from bucket, bucket-access, bucket-policy, execution-role, role-creation, role-creation-logs, role-management, role-management-logs, user, bucket-rules, read-policy, query-tables, boundary, execution-role-policy, dead-letters, schedule, user-policy, cluster-events, alarms, replication',
    ]);
  });

  test.each([
    [
      "a deployment of no kind",
      ["--lost-state", "both"],
      '--lost-state "both" is no kind of deployment; choose "user" where create_iam_user is true, else "roles"',
    ],
    [
      "alarms beside the user of a lost state",
      ["--lost-state", "user", "--group", "alarms"],
      '--group "user" and "alarms" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas',
    ],
    [
      "a region that is none",
      ["--region", "mars"],
      '--region "mars" is not a region; for example --region eu-west-1',
    ],
    [
      "the user beside a Lambda",
      ["--group", "user", "--group", "role-management"],
      '--group "user" and "role-management" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas',
    ],
    [
      "a module's address that could be more than one",
      ["--module", "module.a.aws_s3_bucket.data"],
      '--module "module.a.aws_s3_bucket.data" is not the address of a module call; for example --module module.container_insights',
    ],
  ])("refuses %s", async (_case, flags, message) => {
    const { code, stderr } = await printBlocks(...ACCOUNT, ...flags);
    expect(stderr).toBe(`error: ${message}\n`);
    expect(code).toBe(2);
  });
});
