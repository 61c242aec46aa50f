import { VariableType, type TerraformVariableConfig } from "cdktf";
import { flag, text, wholeNumber } from "./kinds.ts";

// CloudWatch Logs accepts no other numbers (PutRetentionPolicy API reference).
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The ARN of a managed policy that serves as a permissions boundary; `byDefault` says what an empty one means. */
function boundary(name: string, purpose: string, byDefault: string): TerraformVariableConfig {
  return text(`ARN of the IAM policy that is ${purpose}; empty: ${byDefault}.`, "", {
    condition: `can(regex("^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+)?$", var.${name}))`,
    errorMessage: `${name} is "\${var.${name}}"; give the ARN of an IAM policy, as "arn:<partition>:iam::<account>:policy/<name>".`,
  });
}

/** The clusters' roles and the Lambdas that keep them. */
export const ROLES_VARIABLES = {
  include_regions: text(
    "Regions whose EKS clusters get a role, separated by commas; empty: the region of this stack.",
    "",
    {
      condition:
        'alltrue([for region in split(",", var.include_regions) : trimspace(region) == "" || can(regex("^[a-z]{2}[a-z-]*-[0-9]$", trimspace(region)))])',
      errorMessage:
        'include_regions is "${var.include_regions}"; list regions separated by commas, such as "eu-west-1,us-east-1".',
    },
  ),
  schedule_expression: text("When the roles are checked, as an EventBridge schedule.", "rate(2 hours)", {
    condition: 'can(regex("^(rate|cron)\\\\(.+\\\\)$", var.schedule_expression))',
    errorMessage:
      'schedule_expression is "${var.schedule_expression}"; give a rate or cron expression, such as "rate(2 hours)".',
  }),
  orphan_grace_hours: wholeNumber(
    "orphan_grace_hours",
    24,
    8760,
    "Hours for which a role outlives its cluster; 0 deletes it in the run that finds the cluster gone.",
  ),
  max_deletes_per_run: wholeNumber(
    "max_deletes_per_run",
    10,
    5000,
    "Most roles that one run deletes; when more are due, none is. 0 never deletes.",
  ),
  delete_roles_on_destroy: flag(
    "Whether destroying this stack, or switching create_iam_user on, deletes the roles it made; false refuses that while there are any, because AWS deletes no boundary in use. To leave roles and boundary behind, first run `terraform state rm 'aws_lambda_invocation.roles[0]' 'aws_iam_policy.boundary[0]'`.",
    true,
  ),
  permissions_boundary_arn: boundary(
    "permissions_boundary_arn",
    "the boundary of the roles and users that this stack makes itself",
    "none",
  ),
  log_retention_days: {
    type: VariableType.NUMBER,
    description: "Days for which the Lambdas' logs are kept.",
    default: 365,
    nullable: false,
    validation: [
      {
        condition: `\${contains([${RETENTION_DAYS.join(", ")}], var.log_retention_days)}`,
        errorMessage: `log_retention_days is "\${var.log_retention_days}"; CloudWatch Logs accepts ${RETENTION_DAYS.join(", ")}.`,
      },
    ],
  },
} satisfies Record<string, TerraformVariableConfig>;
