import { describe, expect, test } from "@jest/globals";
import { synthesizeAccount, type Block } from "../support/account-json.ts";

const json = synthesizeAccount();

function postcondition(type: string, id: string): Block {
  const { lifecycle } = json.data[type]?.[id] as { lifecycle: { postcondition: [Block] } };
  return lifecycle.postcondition[0];
}

describe("what AWS is asked at plan", () => {
  test("an account of 12 digits, always", () => {
    const { condition, error_message: message } = postcondition("aws_caller_identity", "current");
    expect(condition).toBe('${can(regex("^[0-9]{12}$", self.account_id))}');
    expect(message).toContain('account "${self.account_id}"');
  });

  test("the regions, only where some are named and roles are managed", () => {
    expect(json.data["aws_regions"]?.["known"]).toMatchObject({
      count: "${local.check_regions ? 1 : 0}",
      all_regions: true,
    });
    expect(json.locals["check_regions"]).toBe('${local.manage_roles ? var.include_regions != "" : false}');
    const { condition, error_message: message } = postcondition("aws_regions", "known");
    expect(condition).toBe("${length(setsubtract(local.included_regions, self.names)) == 0}");
    expect(message).toContain('${join("\\", \\"", setsubtract(local.included_regions, self.names))}');
  });

  test("the role to attach to, only where nobody vouches for it", () => {
    expect(json.data["aws_iam_roles"]?.["reader"]).toMatchObject({
      count: "${local.check_role_name ? 1 : 0}",
      name_regex: "^\\Q${var.role_name}\\E$",
    });
    expect(json.locals["check_role_name"]).toBe(
      '${(var.attach_read_policy == null ? var.role_name != "" : false)}',
    );
    expect(postcondition("aws_iam_roles", "reader")["condition"]).toBe(
      "${contains(self.names, var.role_name)}",
    );
  });

  test("makes nothing depend on the answer", () => {
    const others = JSON.stringify({ resource: json.resource, output: json.output, locals: json.locals });
    expect(others).not.toContain("data.aws_regions");
    expect(others).not.toContain("data.aws_iam_roles");
  });
});
