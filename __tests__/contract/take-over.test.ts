import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { DEFAULT_NAME_PREFIX, deploymentNames } from "../../contract/names.ts";
import {
  conflictOf,
  importsOf,
  takeOverGroups,
  TAKE_OVER_GROUP_NAMES,
  TAKE_OVER_GROUPS,
} from "../../contract/take-over.ts";
import { ACCOUNT } from "../support/decide.ts";

const names = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT);
const idsOf = (...groups: (typeof TAKE_OVER_GROUP_NAMES)[number][]) =>
  Object.fromEntries(importsOf(takeOverGroups(groups), names).map(({ to, id }) => [to, id]));

describe("what is taken over", () => {
  test("is every group once, in the order of the names", () => {
    expect(TAKE_OVER_GROUPS.map(({ name }) => name)).toEqual([...TAKE_OVER_GROUP_NAMES]);
  });

  // Written out: these are the predecessor's names, whatever ours become.
  test("is found by the predecessor's names", () => {
    expect(idsOf("bucket", "bucket-access", "bucket-policy")).toEqual({
      "aws_s3_bucket.data": "nops-container-cost-123456789012",
      "aws_s3_bucket_server_side_encryption_configuration.data": "nops-container-cost-123456789012",
      "aws_s3_bucket_public_access_block.data": "nops-container-cost-123456789012",
      "aws_s3_bucket_ownership_controls.data": "nops-container-cost-123456789012",
      "aws_s3_bucket_policy.data": "nops-container-cost-123456789012",
    });
    expect(idsOf("execution-role", "role-creation", "role-management-logs")).toEqual({
      "aws_iam_role.lambda[0]": "nops-container-cost-lambda",
      "aws_iam_role_policies_exclusive.lambda[0]": "nops-container-cost-lambda",
      "aws_iam_role_policy_attachments_exclusive.lambda[0]": "nops-container-cost-lambda",
      "aws_lambda_function.role_creation[0]": "nops-container-cost-agent-role-creation",
      "aws_cloudwatch_log_group.role_management[0]": "/aws/lambda/nops-container-cost-agent-role-management",
    });
    expect(idsOf("user")).toEqual({
      "aws_iam_user.agent[0]": "nops-container-cost-s3",
      "aws_iam_user_policies_exclusive.agent[0]": "nops-container-cost-s3",
    });
  });

  test("comes in the groups' own order, however they are listed", () => {
    expect(takeOverGroups(["role-creation", "bucket"]).map(({ name }) => name)).toEqual([
      "bucket",
      "role-creation",
    ]);
  });

  test("can be looked up first, each with the deployment's own names", () => {
    const checks = TAKE_OVER_GROUPS.map(({ check }) => check(names, { region: "eu-west-1" }));
    expect(new Set(checks).size).toBe(TAKE_OVER_GROUPS.length);
    for (const check of checks) expect(check).toMatch(/^aws .*nops-container-cost-/);
    // S3 and IAM names are found from any region, Lambdas and log groups only in their own.
    for (const check of checks) expect(check.includes("--region eu-west-1")).toBe(/^aws l/.test(check));
  });
});

describe("a user and Lambdas", () => {
  test("are not taken over together: a deployment has one or the other", () => {
    expect(conflictOf(["bucket", "user", "role-management-logs"])).toBe(
      '"user" and "role-management-logs" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas',
    );
  });

  test("are each taken over with the bucket", () => {
    expect(conflictOf(["bucket", "user"])).toBeUndefined();
    expect(conflictOf(["bucket", "execution-role", "role-creation"])).toBeUndefined();
  });
});

describe("docs/take-over.md", () => {
  const document = readFileSync(join(import.meta.dirname, "../../docs/take-over.md"), "utf8");
  /** The cells of every row of every table, as text. */
  const rows = document
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const code = (text: string): string => `\`${text}\``;

  test("says of every group what it holds and who has it", () => {
    for (const { name, holds, when } of TAKE_OVER_GROUPS)
      expect(rows).toContainEqual([code(name), holds, when]);
  });

  test("says of every resource by which id it is imported and what the first plan changes", () => {
    const placeholders = deploymentNames(DEFAULT_NAME_PREFIX, "<account>");
    const expected = TAKE_OVER_GROUPS.flatMap(({ resources }) =>
      resources.map(({ address, id, changes }) => [
        code(address),
        code(id(placeholders)),
        changes.length > 0 ? changes.map(code).join(", ") : "nothing",
      ]),
    );
    expect(rows.filter(([address = ""]) => address.startsWith("`aws_"))).toEqual(expected);
  });
});
