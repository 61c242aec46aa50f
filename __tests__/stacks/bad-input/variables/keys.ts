import { followsNothing, type VariableCases } from "./cases.ts";

const KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000";
const BUCKET = "arn:aws:s3:::central";

/** Encryption and the copy for a central view. */
export const KEYS_CASES: readonly VariableCases[] = [
  ...["kms_key_arn", "replication_kms_key_arn"].map((variable) => ({
    variable,
    message: (value: string) =>
      `${variable} is "${value}"; give the ARN of the key itself, as "arn:<partition>:kms:<region>:<account>:key/<id>", not an alias.`,
    values: {
      "an alias": "alias/data",
      "the ARN of an alias": "arn:aws:kms:eu-west-1:123456789012:alias/data",
      "an id alone": "00000000-0000-0000-0000-000000000000",
    },
  })),
  {
    variable: "kms_key_arn",
    message: (value) =>
      `kms_key_arn is "${value}", a key of another region than the bucket's; give one of "eu-west-1".`,
    values: { "another region": KEY.replace("eu-west-1", "us-east-1") },
  },
  ...followsNothing("use_kms", "kms_key_arn"),
  ...followsNothing("replicate", "replication_bucket_arn", { replication_account_id: "210987654321" }),
  {
    variable: "replication_bucket_arn",
    message: (value) =>
      `replication_bucket_arn is "${value}"; give the ARN of a bucket, as "arn:<partition>:s3:::<name>".`,
    values: { "a name": "central", "a URL": "s3://central", "a prefix": `${BUCKET}/copies` },
    with: { replication_account_id: "210987654321" },
  },
  {
    variable: "replication_account_id",
    message: (value) => `replication_account_id is "${value}"; give the 12 digits of the account, in quotes.`,
    values: { "a zero lost": "21098765432", "an ARN": "arn:aws:iam::210987654321:root" },
  },
  {
    variable: "replication_account_id",
    message: (value) =>
      `replication_account_id is "${value}", the account of this stack; give another, because a central view is for data of several accounts.`,
    values: { "the stack's own account": "123456789012" },
  },
  {
    variable: "replication_account_id",
    message: () =>
      "replication_account_id is empty while data is replicated; give the account that owns replication_bucket_arn.",
    values: { "no account": "" },
    with: { replication_bucket_arn: BUCKET },
  },
  {
    variable: "replication_kms_key_arn",
    message: () =>
      "replication_kms_key_arn is empty while data is encrypted with kms_key_arn; give the key of the copies, because S3 replicates such objects only to a named key.",
    values: { "no key for the copies": "" },
    with: { kms_key_arn: KEY, replication_bucket_arn: BUCKET, replication_account_id: "210987654321" },
  },
];
