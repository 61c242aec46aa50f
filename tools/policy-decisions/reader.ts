import type { Allowed } from "./decision.ts";

const READS_ONLY = "reads, never writes";

/** What the account's analysis role may do. */
export const READER_DECISIONS: readonly Allowed[] = [
  {
    who: "reader role",
    action: "s3:GetObject",
    resource: "{own}/x.parquet",
    why: "reads every object",
    unless: [
      { change: { action: "s3:PutObject" }, why: READS_ONLY },
      { change: { action: "s3:DeleteObject" }, why: READS_ONLY },
      { change: { action: "s3:PutObjectAcl" }, why: READS_ONLY },
      { change: { action: "s3:AbortMultipartUpload" }, why: READS_ONLY },
      { change: { action: "s3:GetObjectVersion" }, why: "sees the data as it is, not as it was" },
      { change: { resource: "{other bucket}/x.parquet" }, why: "this bucket only" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
      { change: { key: "s3:TlsVersion", value: "1.1" }, why: "the bucket refuses TLS 1.1" },
    ],
  },
  {
    who: "reader role",
    action: "s3:GetObject",
    resource: "{neighbour}/x.parquet",
    why: "reads every cluster's objects",
    unless: [{ change: { who: "cluster role" }, why: "a cluster reads its own prefix only" }],
  },
  {
    who: "reader role",
    action: "s3:ListBucket",
    resource: "{bucket}",
    why: "lists the bucket, with or without a prefix",
    unless: [
      { change: { resource: "{other bucket}" }, why: "this bucket only" },
      { change: { action: "s3:ListBucketVersions" }, why: "sees the data as it is, not as it was" },
      { change: { action: "s3:PutBucketPolicy" }, why: READS_ONLY },
      { change: { action: "s3:DeleteBucket" }, why: READS_ONLY },
    ],
  },
  {
    who: "reader role",
    action: "s3:GetBucketLocation",
    resource: "{bucket}",
    why: "query engines ask where a bucket is",
    unless: [{ change: { action: "s3:GetBucketPolicy" }, why: "who may do what is not its business" }],
  },
];
