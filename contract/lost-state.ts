import { DATASETS } from "./datasets/index.ts";
import { alarmName, queryDatabaseName, WRITER_POLICY_NAME, type DeploymentNames } from "./names.ts";
import { queryTableName } from "./query-tables.ts";

// What a deployment of this stack has beyond what the predecessor left (take-over.ts), and the ids by which Terraform
// finds it again when the state is lost.

/** Where a deployment is, for ids that are more than a name. */
export interface DeploymentPlace {
  readonly namePrefix: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** What the hosts of AWS' services end with, such as `amazonaws.com`. */
  readonly dnsSuffix: string;
}

/** One resource of a deployment, and the id that Terraform imports it by. */
export interface DeployedResource {
  /** Address in the account stack; below a module's own for a caller. */
  readonly address: string;
  readonly id: (names: DeploymentNames, place: DeploymentPlace) => string;
}

/** Resources that a deployment has all of or none of. */
export interface LostGroup {
  readonly name: LostGroupName;
  /** Which value of `create_iam_user` has these resources: `roles` is false, `user` is true. */
  readonly branch: "both" | "roles" | "user";
  readonly holds: string;
  /** Which deployments have it, in terms of their variables. */
  readonly when: string;
  /** Whether a deployment has it that leaves those variables as they are. */
  readonly usual: boolean;
  readonly resources: readonly DeployedResource[];
}

/** Every group, in the order in which they are told. */
export const LOST_GROUP_NAMES = [
  "bucket-rules",
  "read-policy",
  "query-tables",
  "boundary",
  "execution-role-policy",
  "dead-letters",
  "schedule",
  "user-policy",
  "cluster-events",
  "alarms",
  "replication",
] as const;
export type LostGroupName = (typeof LOST_GROUP_NAMES)[number];

const WITHOUT_USER = "without IAM user";
const EXECUTION_POLICY = "role-reconciler";

const bucket = (names: DeploymentNames): string => names.bucket;

function policyArn(name: string, { partition, account }: DeploymentPlace): string {
  return `arn:${partition}:iam::${account}:policy/${name}`;
}

/** Glue's ids begin with the catalog, which is the account. */
function tableId({ account, namePrefix }: DeploymentPlace, ...table: string[]): string {
  return [account, queryDatabaseName(namePrefix), ...table].join(":");
}

/** The rule `id`, its target, and the statement in the Lambda's policy that lets it call. */
function ruleResources(
  id: string,
  statement: string,
  rule: (names: DeploymentNames) => string,
): DeployedResource[] {
  return [
    { address: `aws_cloudwatch_event_rule.${id}[0]`, id: rule },
    { address: `aws_cloudwatch_event_target.${id}[0]`, id: (names) => `${rule(names)}/role-management` },
    { address: `aws_lambda_permission.${id}[0]`, id: (names) => `${names.managementFunction}/${statement}` },
  ];
}

const ALARMS = [
  "dead_letters",
  "deletions_braked",
  "regions_failed",
  "role_conflicts",
  "role_creation_errors",
  "role_creation_throttles",
  "role_management_errors",
  "role_management_silence",
  "role_management_throttles",
];

/** What a deployment has whose variables are as they are by default. */
const USUAL: readonly Omit<LostGroup, "usual">[] = [
  {
    name: "bucket-rules",
    branch: "both",
    holds: "the bucket's versioning and lifecycle",
    when: "always",
    resources: [
      { address: "aws_s3_bucket_versioning.data", id: bucket },
      { address: "aws_s3_bucket_lifecycle_configuration.data", id: bucket },
    ],
  },
  {
    name: "read-policy",
    branch: "both",
    holds: "the policy for readers",
    when: "always",
    resources: [{ address: "aws_iam_policy.read", id: (names, place) => policyArn(names.readPolicy, place) }],
  },
  {
    name: "query-tables",
    branch: "both",
    holds: "the Glue database and its tables",
    when: "unless `create_query_tables` is false",
    resources: [
      { address: "aws_glue_catalog_database.data[0]", id: (_names, place) => tableId(place) },
      ...DATASETS.map(queryTableName).map((table) => ({
        address: `aws_glue_catalog_table.${table}[0]`,
        id: (_names: DeploymentNames, place: DeploymentPlace) => tableId(place, table),
      })),
    ],
  },
  {
    name: "boundary",
    branch: "roles",
    holds: "the permissions boundary of the clusters' roles",
    when: WITHOUT_USER,
    resources: [
      { address: "aws_iam_policy.boundary[0]", id: (names, place) => policyArn(names.boundary, place) },
    ],
  },
  {
    name: "execution-role-policy",
    branch: "roles",
    holds: "what the Lambdas' role may do",
    when: WITHOUT_USER,
    resources: [
      { address: "aws_iam_role_policy.lambda[0]", id: (names) => `${names.lambdaRole}:${EXECUTION_POLICY}` },
    ],
  },
  {
    name: "dead-letters",
    branch: "roles",
    holds: "the queue for what the Lambdas could not do",
    when: WITHOUT_USER,
    resources: [
      {
        address: "aws_sqs_queue.dead_letters[0]",
        id: (names, { region, dnsSuffix, account }) =>
          `https://sqs.${region}.${dnsSuffix}/${account}/${names.deadLetters}`,
      },
    ],
  },
  {
    name: "schedule",
    branch: "roles",
    holds: "the rule that calls role management",
    when: WITHOUT_USER,
    resources: ruleResources("scheduled_check", "ScheduledCheck", (names) => names.rule),
  },
  {
    name: "user-policy",
    branch: "user",
    holds: "what the IAM user may do",
    when: "with IAM user",
    resources: [
      { address: "aws_iam_user_policy.agent[0]", id: (names) => `${names.user}:${WRITER_POLICY_NAME}` },
    ],
  },
];

/** What a deployment has by its variables. */
const UNUSUAL: readonly Omit<LostGroup, "usual">[] = [
  {
    name: "cluster-events",
    branch: "roles",
    holds: "the rule for what happens to clusters",
    when: "with `cluster_events`",
    resources: ruleResources("cluster_events", "ClusterEvents", (names) => names.eventsRule),
  },
  {
    name: "alarms",
    branch: "roles",
    holds: "the alarms",
    when: "with `alarm_topic_arn` or `create_alarms`",
    resources: ALARMS.map((alarm) => ({
      address: `aws_cloudwatch_metric_alarm.${alarm}[0]`,
      id: (_names, { namePrefix }) => alarmName(namePrefix, alarm),
    })),
  },
  {
    name: "replication",
    branch: "both",
    holds: "the copies for a central bucket",
    when: "with `replication_bucket_arn` or `replicate`",
    resources: [
      { address: "aws_iam_role.replication[0]", id: (names) => names.replicationRole },
      {
        address: "aws_iam_role_policy.replication[0]",
        id: (names) => `${names.replicationRole}:replication`,
      },
      { address: "aws_s3_bucket_replication_configuration.data[0]", id: bucket },
    ],
  },
];

/** What a deployment has beyond the predecessor's, group by group. */
export const LOST_GROUPS: readonly LostGroup[] = [
  ...USUAL.map((group) => ({ ...group, usual: true })),
  ...UNUSUAL.map((group) => ({ ...group, usual: false })),
];

/** Arguments that AWS does not tell, by type of resource: the first plan after an import sets them, in place. */
export const SET_AFTER_IMPORT: Readonly<Record<string, readonly string[]>> = {
  aws_iam_user: ["force_destroy"],
  aws_lambda_function: ["filename", "publish", "source_code_hash"],
  aws_s3_bucket: ["force_destroy"],
};

/** Resources that no block imports, and what the first plan does instead. */
export const NOT_IMPORTED: readonly { readonly address: string; readonly instead: string }[] = [
  {
    address: "aws_lambda_invocation.roles[0]",
    instead:
      "created: the provider cannot import it in all versions that this stack allows; it calls role creation, which finds every role as it has to be",
  },
  {
    address: "aws_iam_role_policy_attachment.read[0]",
    instead: "created, with `role_name`: attaching what is attached changes nothing",
  },
  {
    address: "aws_iam_user.cluster",
    instead:
      'refused at apply, with `iam_users`, as the name is taken: import each by its name, as in `to = aws_iam_user.cluster["<ARN of the cluster>"]`',
  },
  {
    address: "aws_iam_user_policy.cluster",
    instead: "created, with `iam_users`: writing the same policy changes nothing",
  },
];
