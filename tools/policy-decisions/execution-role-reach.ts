import type { Allowed, Denial } from "./decision.ts";

/** Services to which a role might be passed. */
const PASSES: readonly Denial[] = [
  ["{role}", "lambda.amazonaws.com", "passes no role to any service but EKS Pod Identity"],
  ["{role}", "ec2.amazonaws.com", "passes no role to any service but EKS Pod Identity"],
  [
    "{role beside}",
    "pods.eks.amazonaws.com",
    "passes no role outside the path, not even to EKS Pod Identity",
  ],
].map(([resource = "", service = "", why = ""]) => ({
  change: { action: "iam:PassRole", resource, context: { "iam:PassedToService": service } },
  why,
}));

/** What else the Lambdas' role reaches: clusters, reports, logs; and that more power is out of its reach. */
export const EXECUTION_ROLE_DECISIONS: readonly Allowed[] = [
  ...["iam:ListRoles", "iam:ListOpenIDConnectProviders", "eks:ListClusters"].map((action): Allowed => ({
    who: "execution role",
    action,
    resource: "*",
    why: "observes; the action has no narrower resource",
    unless: [{ change: { who: "cluster role" }, why: "an agent sees no account" }],
  })),
  {
    who: "execution role",
    action: "eks:DescribeCluster",
    resource: "{cluster}",
    why: "reads a cluster's state and issuer",
    unless: [
      { change: { resource: "{cluster elsewhere}" }, why: "another account's cluster" },
      { change: { action: "eks:DeleteCluster" }, why: "changes no cluster" },
      { change: { action: "eks:UpdateClusterConfig" }, why: "changes no cluster" },
    ],
  },
  ...["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"].map(
    (action): Allowed => ({
      who: "execution role",
      action,
      resource: "{role}",
      why: "reads the roles below the path",
      unless: [{ change: { resource: "{role beside}" }, why: "outside the role path" }],
    }),
  ),
  {
    who: "execution role",
    action: "iam:GetRole",
    resource: "{role}",
    why: "reads the roles below the path, and has no more power over them than the rows above say",
    unless: [
      { change: { action: "iam:ListRoleTags" }, why: "the tags come with the role" },
      { change: { action: "iam:UpdateRole" }, why: "session length is not its business" },
      { change: { action: "iam:AttachRolePolicy" }, why: "attaches nothing" },
      ...PASSES,
      { change: { action: "sts:AssumeRole" }, why: "makes roles for others, and assumes none" },
      {
        change: { action: "iam:CreatePolicyVersion", resource: "{boundary}" },
        why: "the boundary is out of its reach",
      },
      {
        change: { action: "iam:DeletePolicy", resource: "{boundary}" },
        why: "the boundary is out of its reach",
      },
      { change: { action: "iam:CreateUser", resource: "{iam}:user/x" }, why: "makes no user" },
      { change: { action: "iam:CreateAccessKey", resource: "{iam}:user/x" }, why: "makes no key" },
    ],
  },
  ...["s3:PutObject", "s3:DeleteObjectVersion"].map((action): Allowed => ({
    who: "execution role",
    action,
    resource: "{bucket}/control/role-reconcile/latest.json",
    why: "keeps its last report, and takes it away at the end",
    unless: [
      { change: { action: "s3:DeleteObject" }, why: "deletes by version" },
      { change: { resource: "{own}/x.parquet" }, why: "the data is out of its reach" },
      { change: { resource: "{other bucket}/control/x.json" }, why: "another bucket" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
    ],
  })),
  {
    who: "execution role",
    action: "s3:ListBucketVersions",
    resource: "{bucket}",
    context: { "s3:prefix": "control/role-reconcile/latest.json" },
    why: "finds the versions of its report",
    unless: [
      { change: { key: "s3:prefix", value: undefined }, why: "a listing of the whole bucket" },
      { change: { key: "s3:prefix", value: "container-insights/" }, why: "the data is out of its reach" },
      { change: { resource: "{other bucket}" }, why: "another bucket" },
      {
        change: { action: "s3:PutBucketPolicy", context: {} },
        why: "the bucket's policy is out of its reach",
      },
    ],
  },
  ...["logs:CreateLogStream", "logs:PutLogEvents"].flatMap((action) =>
    ["{creation logs}", "{management logs}"].map((logs): Allowed => ({
      who: "execution role",
      action,
      resource: `${logs}:log-stream:x`,
      why: "writes its log",
      unless: [
        { change: { resource: `${logs}-2:log-stream:x` }, why: "another function's log" },
        {
          change: { action: "logs:CreateLogGroup", resource: logs },
          why: "its group is made before, with a retention",
        },
        {
          change: { action: "logs:DeleteLogGroup", resource: logs },
          why: "a log is not its writer's to delete",
        },
      ],
    })),
  ),
];
