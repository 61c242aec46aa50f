import type { TerraformVariableConfig } from "cdktf";
import { derivedSwitch, flag, text } from "./kinds.ts";

/** Who may read and write the bucket beside the clusters' roles. */
export const ACCESS_VARIABLES = {
  role_name: text("Name of an existing IAM role that may read the bucket; empty: none.", "", {
    condition: 'can(regex("^[A-Za-z0-9_+=,.@-]{0,64}$", var.role_name))',
    errorMessage: 'role_name is "${var.role_name}"; give the name of a role, not its ARN or path.',
  }),
  attach_read_policy: derivedSwitch(
    "attach_read_policy",
    "role_name",
    "Whether the read policy is attached to role_name",
  ),
  create_iam_user: flag(
    "Create an IAM user that may write to the whole bucket instead of the Lambdas and a role per cluster: for clusters without an OIDC provider.",
    false,
  ),
} satisfies Record<string, TerraformVariableConfig>;
