import { VariableType, type TerraformVariableConfig } from "cdktf";
import { derivedSwitch, flag, text, wholeNumber } from "./kinds.ts";

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

const MAX_PATTERNS_LENGTH = 800;

/** Patterns of clusters' names. */
function clusterPatterns(name: string, description: string): TerraformVariableConfig {
  const refused = `[for pattern in var.${name} : pattern if !can(regex("^[A-Za-z0-9_*-]{1,100}$", pattern))]`;
  return {
    type: VariableType.LIST_STRING,
    description: `${description} \`*\` stands for any characters; case counts.`,
    default: [],
    nullable: false,
    validation: [
      {
        condition: `\${length(${refused}) == 0}`,
        errorMessage: `${name} holds "\${join("\\", \\"", ${refused})}"; give names of clusters, with "*" for any characters, such as "dev-*".`,
      },
      {
        // All three lists are in the Lambdas' environment, for all of which Lambda has 4 KB.
        condition: `\${length(join(",", var.${name})) <= ${MAX_PATTERNS_LENGTH}}`,
        errorMessage: `${name} has "\${length(join(",", var.${name}))}" characters in all; give ${MAX_PATTERNS_LENGTH} at most, with wider patterns.`,
      },
    ],
  };
}

/** The clusters' roles and the Lambdas that keep them. */
export const ROLES_VARIABLES = {
  include_regions: text(
    "Regions whose EKS clusters get a role, separated by commas; empty: the region of this stack.",
    "",
    {
      condition:
        'alltrue([for region in split(",", var.include_regions) : trimspace(region) == "" || can(regex("^[a-z]{2}[a-z-]*-[0-9]{1,2}$", trimspace(region)))])',
      errorMessage:
        'include_regions is "${var.include_regions}"; list regions separated by commas, such as "eu-west-1,us-east-1".',
    },
  ),
  cluster_include: clusterPatterns(
    "cluster_include",
    "Patterns of the names of the clusters that get a role; empty: all.",
  ),
  cluster_exclude: clusterPatterns(
    "cluster_exclude",
    "Patterns of the names of clusters that are left alone, also where cluster_include names them: no role is made, and one that is there is neither changed nor deleted before this stack is destroyed.",
  ),
  pod_identity_clusters: clusterPatterns(
    "pod_identity_clusters",
    'Patterns of the names of the clusters whose pods get their role by EKS Pod Identity; the pods of all others use web identity (IRSA). The cluster needs the Pod Identity agent, and its release of the chart `identity.mode = "podIdentity"`.',
  ),
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
    "Whether destroying this stack, or switching create_iam_user on, deletes the roles it made; false refuses that while there are any, because AWS deletes no boundary in use; with cluster_role_boundary_arn they stay. To leave roles and boundary behind, first run `terraform state rm 'aws_lambda_invocation.roles[0]' 'aws_iam_policy.boundary[0]'`.",
    true,
  ),
  permissions_boundary_arn: boundary(
    "permissions_boundary_arn",
    "the boundary of the roles and users that this stack makes itself",
    "none",
  ),
  cluster_role_boundary_arn: boundary(
    "cluster_role_boundary_arn",
    "the boundary of the clusters' roles in place of this stack's own. What a role of a cluster can do at most is then decided by that policy alone; it has to let a role write to the bucket",
    "a boundary that this stack makes, which lets a role do nothing but write to the bucket",
  ),
  use_cluster_role_boundary: derivedSwitch(
    "use_cluster_role_boundary",
    "cluster_role_boundary_arn",
    "Whether the clusters' roles carry cluster_role_boundary_arn",
  ),
  reserved_concurrency: {
    type: VariableType.NUMBER,
    description:
      "Concurrent executions that each of the two Lambdas is limited to, taken out of the account's; null: no limit. 1 makes runs of one Lambda wait for each other. AWS refuses what leaves less than its minimum to the account's other functions.",
    validation: [
      {
        condition:
          "${var.reserved_concurrency == null ? true : var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency}",
        errorMessage:
          'reserved_concurrency is "${jsonencode(var.reserved_concurrency)}"; set a whole number of at least 1, or null for no limit.',
      },
    ],
  },
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
