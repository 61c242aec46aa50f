import type { Allowed } from "./decision.ts";

/** What the user of `create_iam_user` may do. */
export const USER_DECISIONS: readonly Allowed[] = [
  {
    who: "IAM user",
    action: "s3:PutObject",
    resource: "{own}/x.parquet",
    why: "writes to the whole bucket, as the predecessor's user does",
    unless: [
      { change: { resource: "{other bucket}/x.parquet" }, why: "this bucket only" },
      { change: { action: "s3:DeleteObject" }, why: "nothing is deleted by an agent" },
      { change: { action: "s3:PutObjectAcl" }, why: "access is the bucket owner's" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
      { change: { key: "s3:TlsVersion", value: "1.1" }, why: "the bucket refuses TLS 1.1" },
    ],
  },
  {
    who: "IAM user",
    action: "s3:PutObject",
    resource: "{neighbour}/x.parquet",
    why: "one user serves every cluster: bucket-wide",
    unless: [{ change: { resource: "{other bucket}/x.parquet" }, why: "this bucket only" }],
  },
  {
    who: "IAM user",
    action: "s3:GetObject",
    resource: "{own}/_manifests/x.json",
    why: "reads back what it wrote",
    unless: [
      { change: { resource: "{other bucket}/x.json" }, why: "this bucket only" },
      { change: { action: "s3:GetObjectVersion" }, why: "not what it was before" },
    ],
  },
  ...["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"].map((action): Allowed => ({
    who: "IAM user",
    action,
    resource: "{own}/x.parquet",
    why: "takes part in its own multipart uploads",
    unless: [{ change: { resource: "{other bucket}/x.parquet" }, why: "this bucket only" }],
  })),
  {
    who: "IAM user",
    action: "s3:ListBucket",
    resource: "{bucket}",
    why: "lists the bucket",
    unless: [
      { change: { resource: "{other bucket}" }, why: "this bucket only" },
      { change: { action: "s3:PutBucketPolicy" }, why: "who may do what is not its business" },
      { change: { action: "s3:DeleteBucket" }, why: "nothing is deleted by an agent" },
      {
        change: { action: "iam:CreateAccessKey", resource: "{iam}:user/{user}" },
        why: "makes no keys for itself",
      },
    ],
  },
];
