import type { Allowed, Denial } from "./decision.ts";

const HTTP: Denial = {
  change: { key: "aws:SecureTransport", value: "false" },
  why: "the bucket refuses plain HTTP",
};

const OLD_TLS: readonly Denial[] = ["1.0", "1.1"].map((value) => ({
  change: { key: "s3:TlsVersion", value },
  why: `the bucket refuses TLS ${value}`,
}));

/** What the bucket's own policy decides, whoever asks. */
export const BUCKET_DECISIONS: readonly Allowed[] = [
  {
    who: "administrator",
    action: "s3:GetObject",
    resource: "{own}/x.parquet",
    why: "the account's own administrator, over TLS 1.3",
    unless: [
      HTTP,
      ...OLD_TLS,
      { change: { who: "anonymous" }, why: "the bucket's policy allows nobody anything" },
      { change: { who: "stranger" }, why: "another account's policy is not enough" },
    ],
  },
  {
    who: "administrator",
    action: "s3:PutObject",
    resource: "{own}/x.parquet",
    context: { "s3:TlsVersion": "1.2" },
    why: "TLS 1.2 is the oldest that is accepted",
    unless: [
      HTTP,
      ...OLD_TLS,
      { change: { who: "anonymous" }, why: "the bucket's policy allows nobody anything" },
      { change: { who: "stranger" }, why: "another account's policy is not enough" },
    ],
  },
  {
    who: "administrator",
    action: "s3:ListBucket",
    resource: "{bucket}",
    why: "the bucket itself is reached like its objects",
    unless: [HTTP, ...OLD_TLS, { change: { who: "anonymous" }, why: "nobody lists it unsigned" }],
  },
  {
    who: "administrator",
    action: "s3:PutBucketPolicy",
    resource: "{bucket}",
    why: "the policy can be repaired by the account's administrator",
    unless: [
      HTTP,
      { change: { who: "cluster role with a policy of everything" }, why: "the boundary lacks it" },
    ],
  },
];
