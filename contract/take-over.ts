import { logGroupName, type DeploymentNames } from "./names.ts";

// What the predecessor leaves in an account, and what of it becomes ours by import. Its names are those of
// `deploymentNames` with the default prefix, from its public Terraform editions of September and November 2024, which
// agree with what is documented of its CloudFormation stack.

/** One resource of ours that takes over one of the predecessor's. */
export interface TakenResource {
  /** Address in the account stack; below a module's own for a caller. */
  readonly address: string;
  readonly id: (names: DeploymentNames) => string;
  /** Top-level arguments that the first plan after the import changes, in place. */
  readonly changes: readonly string[];
}

/** Resources that an account has all of or none of: Terraform refuses the whole plan for one that is not there. */
export interface TakeOverGroup {
  readonly name: TakeOverGroupName;
  /** Which value of `create_iam_user` has these resources: `roles` is false, `user` is true. */
  readonly branch: "both" | "roles" | "user";
  readonly holds: string;
  /** Which accounts have it. */
  readonly when: string;
  /** Command of the AWS CLI that succeeds where the account has it. */
  readonly check: (names: DeploymentNames, place: { readonly region: string }) => string;
  readonly resources: readonly TakenResource[];
}

/** Every group, in the order in which they are told. */
export const TAKE_OVER_GROUP_NAMES = [
  "bucket",
  "bucket-access",
  "bucket-policy",
  "execution-role",
  "role-creation",
  "role-creation-logs",
  "role-management",
  "role-management-logs",
  "user",
] as const;
export type TakeOverGroupName = (typeof TAKE_OVER_GROUP_NAMES)[number];

const bucket = (names: DeploymentNames): string => names.bucket;
const lambdaRole = (names: DeploymentNames): string => names.lambdaRole;
const user = (names: DeploymentNames): string => names.user;

const EVERY_EDITION = "always";
const NOT_SEPTEMBER_2024 = "not from its Terraform of September 2024";

const BUCKET_GROUPS: readonly TakeOverGroup[] = [
  {
    name: "bucket",
    branch: "both",
    holds: "the bucket with its data, and its encryption",
    when: EVERY_EDITION,
    check: (names) => `aws s3api head-bucket --bucket ${names.bucket}`,
    resources: [
      { address: "aws_s3_bucket.data", id: bucket, changes: [] },
      { address: "aws_s3_bucket_server_side_encryption_configuration.data", id: bucket, changes: [] },
    ],
  },
  {
    name: "bucket-access",
    branch: "both",
    holds: "its public access block and object ownership",
    // https://aws.amazon.com/blogs/aws/heads-up-amazon-s3-security-changes-are-coming-in-april-of-2023/
    when: "always, unless taken away by hand: S3 gives both to every new bucket",
    check: (names) =>
      `aws s3api get-public-access-block --bucket ${names.bucket} && aws s3api get-bucket-ownership-controls --bucket ${names.bucket}`,
    resources: [
      { address: "aws_s3_bucket_public_access_block.data", id: bucket, changes: [] },
      { address: "aws_s3_bucket_ownership_controls.data", id: bucket, changes: ["rule"] },
    ],
  },
  {
    name: "bucket-policy",
    branch: "both",
    holds: "its policy",
    when: NOT_SEPTEMBER_2024,
    check: (names) => `aws s3api get-bucket-policy --bucket ${names.bucket}`,
    resources: [{ address: "aws_s3_bucket_policy.data", id: bucket, changes: ["policy"] }],
  },
];

const EXECUTION_ROLE: TakeOverGroup = {
  name: "execution-role",
  branch: "roles",
  holds: "the Lambdas' role, and which policies it has",
  when: "without IAM user",
  check: (names) => `aws iam get-role --role-name ${names.lambdaRole}`,
  resources: [
    { address: "aws_iam_role.lambda[0]", id: lambdaRole, changes: ["assume_role_policy", "description"] },
    { address: "aws_iam_role_policies_exclusive.lambda[0]", id: lambdaRole, changes: ["policy_names"] },
    {
      address: "aws_iam_role_policy_attachments_exclusive.lambda[0]",
      id: lambdaRole,
      changes: ["policy_arns"],
    },
  ],
};

const USER: TakeOverGroup = {
  name: "user",
  branch: "user",
  holds: "the IAM user with its access keys, and which inline policies it has",
  when: "with IAM user",
  check: (names) => `aws iam get-user --user-name ${names.user}`,
  resources: [
    { address: "aws_iam_user.agent[0]", id: user, changes: ["force_destroy"] },
    { address: "aws_iam_user_policies_exclusive.agent[0]", id: user, changes: ["policy_names"] },
  ],
};

/** Everything of a Lambda changes but its name and role. */
const FUNCTION_CHANGES = [
  "architectures",
  "dead_letter_config",
  "description",
  "environment",
  "filename",
  "handler",
  "memory_size",
  "publish",
  "runtime",
  "source_code_hash",
  "timeout",
] as const;

/** A Lambda, and the log group that Lambda made for it when it first ran. */
function functionGroups(
  name: "role-creation" | "role-management",
  id: (names: DeploymentNames) => string,
  when: string,
): TakeOverGroup[] {
  const address = name.replace("-", "_");
  const logGroup = (names: DeploymentNames): string => logGroupName(id(names));
  return [
    {
      name,
      branch: "roles",
      holds: `the Lambda for role ${name.slice("role-".length)}`,
      when,
      check: (names, { region }) => `aws lambda get-function --function-name ${id(names)} --region ${region}`,
      resources: [{ address: `aws_lambda_function.${address}[0]`, id, changes: FUNCTION_CHANGES }],
    },
    {
      name: `${name}-logs`,
      branch: "roles",
      holds: "its log group",
      when: "once that Lambda has run",
      check: (names, { region }) =>
        `aws logs describe-log-streams --log-group-name ${logGroup(names)} --limit 1 --region ${region}`,
      resources: [
        {
          address: `aws_cloudwatch_log_group.${address}[0]`,
          id: logGroup,
          changes: ["retention_in_days"],
        },
      ],
    },
  ];
}

/** What can be taken over, group by group. */
export const TAKE_OVER_GROUPS: readonly TakeOverGroup[] = [
  ...BUCKET_GROUPS,
  EXECUTION_ROLE,
  ...functionGroups("role-creation", (names) => names.creationFunction, "without IAM user"),
  ...functionGroups(
    "role-management",
    (names) => names.managementFunction,
    `without IAM user; ${NOT_SEPTEMBER_2024}`,
  ),
  USER,
];

/** An import: what Terraform calls `to` and `id`. */
export interface ResourceImport {
  readonly to: string;
  readonly id: string;
}

/** The imports of `groups` for the deployment `names`, whose strings may be Terraform expressions. */
export function importsOf(groups: readonly TakeOverGroup[], names: DeploymentNames): ResourceImport[] {
  return groups.flatMap(({ resources }) =>
    resources.map(({ address, id }) => ({ to: address, id: id(names) })),
  );
}

/** The groups of these names, in the order of {@link TAKE_OVER_GROUPS}. */
export function takeOverGroups(names: readonly TakeOverGroupName[]): TakeOverGroup[] {
  return TAKE_OVER_GROUPS.filter(({ name }) => names.includes(name));
}

/**
 * Why these groups cannot be taken over together: an account has either Lambdas or a user.
 * @returns undefined where they can
 */
export function conflictOf(names: readonly TakeOverGroupName[]): string | undefined {
  return branchConflict(takeOverGroups(names));
}

/**
 * Why one deployment cannot have all of these groups.
 * @returns undefined where it can
 */
export function branchConflict(
  groups: readonly { readonly name: string; readonly branch: TakeOverGroup["branch"] }[],
): string | undefined {
  const ofUser = groups.find(({ branch }) => branch === "user");
  const ofRoles = groups.find(({ branch }) => branch === "roles");
  if (ofUser === undefined || ofRoles === undefined) return undefined;
  return `"${ofUser.name}" and "${ofRoles.name}" exclude each other; a deployment has either the IAM user (create_iam_user = true) or the Lambdas`;
}
