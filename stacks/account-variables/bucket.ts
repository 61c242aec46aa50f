import type { TerraformVariableConfig } from "cdktf";
import { DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { derivedSwitch, flag, kmsKeyArn, S3_PREFIXES, text, withValidations } from "./kinds.ts";

// ".mrap", which S3 keeps for itself as well, has a dot.
const S3_SUFFIXES = ["-s3alias", "--ol-s3", "--x-s3", "--table-s3"];

/** The bucket and where data lives in it. */
export const BUCKET_VARIABLES = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; no dots: TLS names could not match.
  bucket_name: withValidations(
    text(
      "Name of the bucket, which is also the deployment's id; empty: name_prefix, a hyphen and the account.",
      "",
      {
        condition: 'can(regex("^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$", var.bucket_name))',
        errorMessage:
          'bucket_name is "${var.bucket_name}"; use 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.',
      },
    ),
    {
      condition: `!can(regex("^(${S3_PREFIXES.join("|")})|(${S3_SUFFIXES.join("|")})$", var.bucket_name))`,
      errorMessage: `bucket_name is "\${var.bucket_name}"; S3 keeps names for itself that begin with ${S3_PREFIXES.join(", ")} or end with ${S3_SUFFIXES.join(", ")}: choose another.`,
    },
  ),
  key_prefix: withValidations(
    text("Prefix of every object key, without slashes at its ends; empty: none.", DEFAULT_KEY_PREFIX, {
      // No `*` or `?`: the prefix becomes part of IAM resource patterns. `control` is the reconciler's own.
      condition:
        'can(regex("^([A-Za-z0-9._=-]+(/[A-Za-z0-9._=-]+)*)?$", var.key_prefix)) && split("/", var.key_prefix)[0] != "control"',
      errorMessage:
        'key_prefix is "${var.key_prefix}"; use letters, digits and . _ = - in parts separated by single slashes, not below "control".',
    }),
    {
      // A user's policy holds it twice, and all of them together hold 2,048 characters.
      condition: "length(var.key_prefix) <= 256",
      errorMessage: 'key_prefix has "${length(var.key_prefix)}" characters; use 256 at most.',
    },
  ),
  kms_key_arn: kmsKeyArn(
    "kms_key_arn",
    "ARN of the KMS key that encrypts the data; empty: S3's own keys. The key is yours: nothing here makes or changes it, and its policy has to leave its use to this account's IAM policies, as a new key's does.",
    {
      condition: 'try(split(":", var.kms_key_arn)[3] == data.aws_region.current.id, true)',
      errorMessage:
        'kms_key_arn is "${var.kms_key_arn}", a key of another region than the bucket\'s; give one of "${data.aws_region.current.id}".',
    },
  ),
  use_kms: derivedSwitch("use_kms", "kms_key_arn", "Whether the data is encrypted with kms_key_arn"),
  force_destroy: flag("Whether destroying the bucket deletes the data in it.", false),
} satisfies Record<string, TerraformVariableConfig>;
