import { VariableType, type TerraformVariableConfig } from "cdktf";
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
  additional_reader_arns: {
    type: VariableType.SET_STRING,
    description:
      "ARNs of IAM users, roles or accounts' roots, of other accounts too, that may read the bucket by its own policy. Each has to exist; take it out here before you delete it, or S3 refuses every later change of the policy. With kms_key_arn, the key's policy has to allow them kms:Decrypt as well. At most 20.",
    default: [],
    nullable: false,
    validation: [
      {
        condition:
          '${alltrue([for arn in var.additional_reader_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9_+=,.@/-]+)$", arn))])}',
        errorMessage:
          'additional_reader_arns holds "${join(", ", var.additional_reader_arns)}"; give ARNs of IAM users, roles or roots, as "arn:<partition>:iam::<account>:role/<name>", without wildcards.',
      },
      {
        condition: "${length(var.additional_reader_arns) <= 20}",
        errorMessage:
          'additional_reader_arns holds "${length(var.additional_reader_arns)}" ARNs; give 20 at most, or one role that the others assume.',
      },
    ],
  },
  iam_users: {
    type: VariableType.MAP_STRING,
    description:
      "IAM users that may write for one cluster each: the cluster's ARN and the user's name. For clusters that can use no role. The ARNs have to be known at plan.",
    default: {},
    nullable: false,
    validation: [
      {
        condition:
          '${alltrue([for arn in keys(var.iam_users) : can(regex("^arn:aws[a-z-]*:eks:[a-z]{2}[a-z-]*-[0-9]{1,2}:[0-9]{12}:cluster/[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", arn))])}',
        errorMessage:
          'iam_users is for "${join(", ", keys(var.iam_users))}"; give ARNs of EKS clusters, as "arn:<partition>:eks:<region>:<account>:cluster/<name>".',
      },
      {
        condition:
          '${alltrue([for name in values(var.iam_users) : can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", name))])}',
        errorMessage:
          'iam_users names "${join(", ", values(var.iam_users))}"; give names of 1 to 64 letters, digits and _ + = , . @ -, without a path.',
      },
      {
        // IAM tells user names apart without regard to case.
        condition:
          "${length(distinct([for name in values(var.iam_users) : lower(name)])) == length(var.iam_users)}",
        errorMessage:
          'iam_users names "${join(", ", values(var.iam_users))}", one of them twice; give every cluster a user of its own.',
      },
      {
        condition:
          '${!var.create_iam_user || !contains([for name in values(var.iam_users) : lower(name)], "${var.name_prefix}-s3")}',
        errorMessage:
          'iam_users names "${var.name_prefix}-s3", the user that create_iam_user makes; give another name.',
      },
    ],
  },
} satisfies Record<string, TerraformVariableConfig>;
