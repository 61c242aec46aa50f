import type { Allowed } from "./decision.ts";

const READS_ONLY = "reads, never writes";

/** What the bucket's own policy lets those of `additional_reader_arns` do. */
export const ADDITIONAL_READER_DECISIONS: readonly Allowed[] = [
  {
    who: "additional reader",
    action: "s3:GetObject",
    resource: "{own}/x.parquet",
    when: "readers",
    why: "reads every object, by the bucket's own policy",
    unless: [
      { change: { who: "stranger" }, why: "another role of the same account" },
      { change: { who: "anonymous" }, why: "nobody reads unsigned" },
      { change: { action: "s3:PutObject" }, why: READS_ONLY },
      { change: { action: "s3:DeleteObject" }, why: READS_ONLY },
      { change: { action: "s3:GetObjectVersion" }, why: "sees the data as it is, not as it was" },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
      { change: { key: "s3:TlsVersion", value: "1.1" }, why: "the bucket refuses TLS 1.1" },
    ],
  },
  ...["s3:ListBucket", "s3:GetBucketLocation"].map((action): Allowed => ({
    who: "additional reader",
    action,
    resource: "{bucket}",
    when: "readers",
    why: "finds the objects, by the bucket's own policy",
    unless: [
      { change: { who: "stranger" }, why: "another role of the same account" },
      { change: { action: "s3:PutBucketPolicy" }, why: READS_ONLY },
      { change: { key: "aws:SecureTransport", value: "false" }, why: "the bucket refuses plain HTTP" },
    ],
  })),
];
