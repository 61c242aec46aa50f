import { DataAwsIamRoles } from "@cdktf/provider-aws/lib/data-aws-iam-roles/index.js";
import { DataAwsRegions } from "@cdktf/provider-aws/lib/data-aws-regions/index.js";
import { TerraformLocal, type Postcondition } from "cdktf";
import type { Construct } from "constructs";
import { whether } from "./account-switches.ts";
import { countIf, withId } from "./terraform-expressions.ts";

// What only AWS knows is asked at plan, so that a wrong value stops there and not halfway through an apply. Nothing
// else reads these data sources: they decide, and make nothing unknown.

/** Of the caller's identity: names and policies are built from it. */
export const HAS_ACCOUNT: Postcondition = {
  condition: '${can(regex("^[0-9]{12}$", self.account_id))}',
  errorMessage:
    'The AWS credentials belong to account "${self.account_id}", which is no account of 12 digits; give the AWS provider credentials of the account that this stack is for.',
};

/** Asks AWS about the regions and the role that were named. */
export function addAccountPostconditions(scope: Construct): void {
  addRegionsCheck(scope);
  addRoleCheck(scope);
}

function addRegionsCheck(scope: Construct): void {
  const named =
    '[for region in split(",", var.include_regions) : trimspace(region) if trimspace(region) != ""]';
  withId(new TerraformLocal(scope, "local-included-regions", `\${toset(${named})}`), "included_regions");
  const unknown = "setsubtract(local.included_regions, self.names)";
  const check = new DataAwsRegions(scope, "regions", {
    count: countIf(whether("check_regions")),
    allRegions: true,
    lifecycle: {
      postcondition: [
        {
          condition: `\${length(${unknown}) == 0}`,
          errorMessage: `include_regions names "\${join("\\", \\"", ${unknown})}", which AWS does not have in this partition; correct it, or take it out of "\${var.include_regions}".`,
        },
      ],
    },
  });
  withId(check, "known");
}

function addRoleCheck(scope: Construct): void {
  const check = new DataAwsIamRoles(scope, "reader-role", {
    count: countIf(whether("check_role_name")),
    // Between \Q and \E every character stands for itself.
    nameRegex: "^\\Q${var.role_name}\\E$",
    lifecycle: {
      postcondition: [
        {
          condition: "${contains(self.names, var.role_name)}",
          errorMessage:
            'role_name is "${var.role_name}", but account "${data.aws_caller_identity.current.account_id}" has no role of that name; create it first, correct the name, or set attach_read_policy to true where the same plan creates it.',
        },
      ],
    },
  });
  withId(check, "reader");
}
