import type { Allowed, Denial } from "./decision.ts";

const OTHERS: readonly Denial[] = [
  {
    change: { resource: "{neighbour}/x.parquet" },
    why: "another cluster's prefix, though its name begins alike",
  },
  { change: { resource: "{bucket}/control/role-reconcile/latest.json" }, why: "the reconciler's reports" },
  { change: { resource: "{other bucket}/x.parquet" }, why: "another bucket" },
];

/** What a user of `iam_users` may do: as much as a cluster's role. */
export const CLUSTER_USER_DECISIONS: readonly Allowed[] = [
  {
    who: "cluster user",
    action: "s3:PutObject",
    resource: "{own}/x.parquet",
    why: "writes below its own cluster's prefix",
    unless: [
      ...OTHERS,
      { change: { action: "s3:DeleteObject" }, why: "nothing is deleted by an agent" },
      { change: { action: "s3:PutObjectAcl" }, why: "access is the bucket owner's" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
      { change: { key: "s3:TlsVersion", value: "1.1" }, why: "the bucket refuses TLS 1.1" },
    ],
  },
  ...["s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map((action): Allowed => ({
    who: "cluster user",
    action,
    resource: "{own}/x.parquet",
    why: "reads back what it wrote, and takes part in its own uploads",
    unless: OTHERS,
  })),
  {
    who: "cluster user",
    action: "s3:ListBucket",
    resource: "{bucket}",
    context: { "s3:prefix": "{own prefix}/_manifests/" },
    why: "lists its own cluster's manifests",
    unless: [
      { change: { key: "s3:prefix", value: undefined }, why: "a listing of the whole bucket" },
      { change: { key: "s3:prefix", value: "{own prefix}" }, why: "would list `prod-2` as well" },
      { change: { key: "s3:prefix", value: "{neighbour prefix}/" }, why: "another cluster's prefix" },
      { change: { resource: "{other bucket}" }, why: "another bucket" },
    ],
  },
];
