import type { TerraformVariableConfig } from "cdktf";
import { derivedSwitch, kmsKeyArn, text, withValidations } from "./kinds.ts";

/** The copy of the data in a bucket of another account. */
export const REPLICATION_VARIABLES = {
  replication_bucket_arn: text(
    "ARN of a versioned bucket of another account that gets a copy of all new data; empty: none. Its policy has to let replication_role_arn write there.",
    "",
    {
      condition:
        'can(regex("^(arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$", var.replication_bucket_arn))',
      errorMessage:
        'replication_bucket_arn is "${var.replication_bucket_arn}"; give the ARN of a bucket, as "arn:<partition>:s3:::<name>".',
    },
  ),
  replicate: derivedSwitch("replicate", "replication_bucket_arn", "Whether new data is replicated"),
  replication_account_id: withValidations(
    text("Account that owns replication_bucket_arn, and will own the copies.", "", {
      condition: 'can(regex("^([0-9]{12})?$", var.replication_account_id))',
      errorMessage:
        'replication_account_id is "${var.replication_account_id}"; give the 12 digits of the account, in quotes.',
    }),
    {
      condition: 'var.replication_account_id != "" || !local.replicate',
      errorMessage:
        "replication_account_id is empty while data is replicated; give the account that owns replication_bucket_arn.",
    },
    {
      // S3 changes the owner of copies between accounts only (AccessControlTranslation, S3 API reference).
      condition: "var.replication_account_id != data.aws_caller_identity.current.account_id",
      errorMessage:
        'replication_account_id is "${var.replication_account_id}", the account of this stack; give another, because a central view is for data of several accounts.',
    },
  ),
  replication_kms_key_arn: kmsKeyArn(
    "replication_kms_key_arn",
    "ARN of the KMS key that encrypts the copies, in the region of replication_bucket_arn; empty: as that bucket encrypts. Its policy has to let replication_role_arn use it.",
    {
      condition: 'var.replication_kms_key_arn != "" || !local.replicate || !local.use_kms',
      errorMessage:
        "replication_kms_key_arn is empty while data is encrypted with kms_key_arn; give the key of the copies, because S3 replicates such objects only to a named key.",
    },
  ),
} satisfies Record<string, TerraformVariableConfig>;
