import type { Allowed, Denial } from "./decision.ts";

const OTHERS: readonly Denial[] = [
  {
    change: { resource: "{neighbour}/x.parquet" },
    why: "another cluster's prefix, though its name begins alike",
  },
  { change: { resource: "{bucket}/control/role-reconcile/latest.json" }, why: "the reconciler's reports" },
  { change: { resource: "{other bucket}/x.parquet" }, why: "another bucket" },
];

/** What the role of a cluster may do, and what its boundary leaves of a policy that allows everything. */
export const CLUSTER_ROLE_DECISIONS: readonly Allowed[] = [
  {
    who: "cluster role",
    action: "s3:PutObject",
    resource: "{own}/x.parquet",
    why: "writes below its own prefix",
    unless: [
      ...OTHERS,
      { change: { resource: "{bucket}/x.parquet" }, why: "the root of the bucket" },
      { change: { action: "s3:DeleteObject" }, why: "nothing is deleted by an agent" },
      { change: { action: "s3:DeleteObjectVersion" }, why: "nothing is deleted by an agent" },
      { change: { action: "s3:PutObjectAcl" }, why: "access is the bucket owner's" },
      { change: { action: "s3:PutObjectTagging" }, why: "tags can steer lifecycle rules" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
      { change: { key: "s3:TlsVersion", value: "1.1" }, why: "the bucket refuses TLS 1.1" },
    ],
  },
  {
    who: "cluster role",
    action: "s3:GetObject",
    resource: "{own}/_manifests/x.json",
    why: "reads back what it wrote: manifests say which hours are done",
    unless: [...OTHERS, { change: { action: "s3:GetObjectVersion" }, why: "not what it was before" }],
  },
  ...["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map((action): Allowed => ({
    who: "cluster role",
    action,
    resource: "{own}/x.parquet",
    why: "takes part in its own multipart uploads",
    unless: OTHERS,
  })),
  {
    who: "cluster role",
    action: "s3:ListBucket",
    resource: "{bucket}",
    context: { "s3:prefix": "{own prefix}/_manifests/" },
    why: "lists its own manifests",
    unless: [
      { change: { key: "s3:prefix", value: undefined }, why: "a listing of the whole bucket" },
      { change: { key: "s3:prefix", value: "" }, why: "a listing of the whole bucket" },
      { change: { key: "s3:prefix", value: "{own prefix}" }, why: "would list `prod-2` as well" },
      { change: { key: "s3:prefix", value: "{neighbour prefix}/" }, why: "another cluster's prefix" },
      { change: { resource: "{other bucket}" }, why: "another bucket" },
      { change: { action: "s3:ListBucketVersions" }, why: "not what it was before" },
    ],
  },
  {
    who: "cluster role with a policy of everything",
    action: "s3:PutObject",
    resource: "{neighbour}/x.parquet",
    why: "the boundary is of the whole bucket: it is the same for all clusters",
    unless: [
      { change: { resource: "{other bucket}/x.parquet" }, why: "the boundary ends at this bucket" },
      { change: { action: "s3:DeleteObject" }, why: "the boundary holds no delete" },
      { change: { action: "s3:PutObjectAcl" }, why: "the boundary holds no ACL" },
      { change: { action: "s3:DeleteBucket", resource: "{bucket}" }, why: "the boundary holds no delete" },
      { change: { action: "iam:CreateUser", resource: "{iam}:user/x" }, why: "the boundary holds no IAM" },
      { change: { action: "iam:PutRolePolicy", resource: "{role}" }, why: "the boundary holds no IAM" },
      {
        change: { action: "iam:DeleteRolePermissionsBoundary", resource: "{role}" },
        why: "it cannot take its own boundary off",
      },
      { change: { action: "kms:Decrypt", resource: "{other key}" }, why: "the boundary holds no other key" },
    ],
  },
  {
    who: "cluster role with a policy of everything",
    action: "s3:ListBucket",
    resource: "{bucket}",
    why: "the boundary is of the whole bucket: it is the same for all clusters",
    unless: [
      { change: { resource: "{other bucket}" }, why: "the boundary ends at this bucket" },
      { change: { action: "s3:PutLifecycleConfiguration" }, why: "the boundary holds no bucket setting" },
    ],
  },
];
