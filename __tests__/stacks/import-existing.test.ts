import { describe, expect, test } from "@jest/globals";
import { TAKE_OVER_GROUP_NAMES, TAKE_OVER_GROUPS } from "../../contract/take-over.ts";
import { addressesOf, resourceOf, synthesizeAccount, type AccountJson } from "../support/account-json.ts";

const json = synthesizeAccount({ importExisting: TAKE_OVER_GROUP_NAMES }) as AccountJson & {
  readonly import: readonly { readonly to: string; readonly id: string }[];
};

describe("import blocks", () => {
  test("are in no stack that takes nothing over", () => {
    expect(synthesizeAccount()).not.toHaveProperty("import");
  });

  test("are in no module: Terraform before 1.16 refuses them there", () => {
    expect(synthesizeAccount({ build: "module" })).not.toHaveProperty("import");
  });

  test("leave everything else of the stack as it is", () => {
    const { import: _imports, ...rest } = json;
    expect(rest).toEqual(synthesizeAccount());
  });

  test("name resources of the stack, with an index where and only where it has a count", () => {
    const addresses = addressesOf(json).map(
      (address) => address + (resourceOf(json, address)["count"] === undefined ? "" : "[0]"),
    );
    for (const { to } of json.import) expect(addresses).toContain(to);
    expect(json.import).toHaveLength(TAKE_OVER_GROUPS.flatMap(({ resources }) => resources).length);
  });

  test("find things by the stack's own names: one synthesized file serves every account", () => {
    expect(json.import).toContainEqual({ to: "aws_s3_bucket.data", id: "${local.bucket_name}" });
    expect(json.import).toContainEqual({
      to: "aws_lambda_function.role_creation[0]",
      id: "${var.name_prefix}-agent-role-creation",
    });
    expect(json.import).toContainEqual({
      to: "aws_cloudwatch_log_group.role_management[0]",
      id: "/aws/lambda/${var.name_prefix}-agent-role-management",
    });
  });

  // The id of each is what the resource is called; else Terraform would replace it right after the import.
  test("have the name that the resource then has", () => {
    const argument: Readonly<Record<string, string>> = {
      aws_s3_bucket: "bucket",
      aws_iam_role: "name",
      aws_iam_user: "name",
      aws_lambda_function: "function_name",
      aws_cloudwatch_log_group: "name",
    };
    const checked = json.import.filter(({ to, id }) => {
      const address = to.replace("[0]", "");
      const name = argument[address.split(".")[0] ?? ""];
      if (name === undefined) return false;
      expect([to, resourceOf(json, address)[name]]).toEqual([to, id]);
      return true;
    });
    expect(checked).toHaveLength(7);
  });
});

describe("the execution role and the user", () => {
  const NAMED = /^\$\{(aws_\w+\.\w+)\[0\]\.name\}$/;
  const inlinePolicies = (type: string, owner: string, of: string): string[] =>
    Object.entries(json.resource[type] ?? {})
      .filter(([, block]) => block[owner] === `\${${of}[0].name}`)
      .map(([id]) => `${type}.${id}`);

  test.each([
    ["aws_iam_role_policies_exclusive.lambda", "aws_iam_role_policy", "role", "aws_iam_role.lambda"],
    ["aws_iam_user_policies_exclusive.agent", "aws_iam_user_policy", "user", "aws_iam_user.agent"],
  ])("%s lists every inline policy of the stack, so that any other goes", (address, type, owner, of) => {
    const exclusive = resourceOf(json, address);
    expect(exclusive[`${owner}_name`]).toBe(`\${${of}[0].name}`);
    expect(exclusive["count"]).toBe(resourceOf(json, of)["count"]);
    const listed = (exclusive["policy_names"] as string[]).map((name) => NAMED.exec(name)?.[1]);
    expect(listed.sort()).toEqual(inlinePolicies(type, owner, of).sort());
    expect(listed).not.toEqual([]);
  });

  test("the role has no managed policy, which Terraform enforces, too", () => {
    expect(resourceOf(json, "aws_iam_role_policy_attachments_exclusive.lambda")).toMatchObject({
      role_name: "${aws_iam_role.lambda[0].name}",
      policy_arns: [],
    });
    const attachments = Object.values(json.resource["aws_iam_role_policy_attachment"] ?? {});
    expect(attachments.filter(({ role }) => String(role).includes("aws_iam_role.lambda"))).toEqual([]);
  });
});
