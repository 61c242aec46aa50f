import { IamRolePoliciesExclusive } from "@cdktf/provider-aws/lib/iam-role-policies-exclusive/index.js";
import { IamRolePolicyAttachmentsExclusive } from "@cdktf/provider-aws/lib/iam-role-policy-attachments-exclusive/index.js";
import { IamUserPoliciesExclusive } from "@cdktf/provider-aws/lib/iam-user-policies-exclusive/index.js";
import { Construct } from "constructs";
import { whether } from "./account-switches.ts";
import { countIf, withId } from "./terraform-expressions.ts";

/**
 * What else the execution role and the user may have: nothing. Without these, a role that is taken over would keep the
 * predecessor's right to make any role, and a policy put there by hand would never show in a plan
 * (docs/decisions/0005-exclusive-policies.md).
 */
export class AccountExclusive extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ofRole = { count: countIf(whether("manage_roles")), roleName: "${aws_iam_role.lambda[0].name}" };
    withId(
      new IamRolePoliciesExclusive(this, "role-policies", {
        ...ofRole,
        policyNames: ["${aws_iam_role_policy.lambda[0].name}"],
      }),
      "lambda",
    );
    withId(
      new IamRolePolicyAttachmentsExclusive(this, "role-attachments", { ...ofRole, policyArns: [] }),
      "lambda",
    );
    // Not its attachments: AWS itself attaches a quarantine policy to a user whose key has leaked, and this would
    // take it away again.
    withId(
      new IamUserPoliciesExclusive(this, "user-policies", {
        count: countIf("var.create_iam_user"),
        userName: "${aws_iam_user.agent[0].name}",
        policyNames: ["${aws_iam_user_policy.agent[0].name}"],
      }),
      "agent",
    );
  }
}
