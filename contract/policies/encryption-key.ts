import type { PolicyStatement } from "../policy-document.ts";

// Every value may be a Terraform expression: the statements only put them into strings.

/** The KMS key that the bucket encrypts with. It is the caller's: nothing here makes, changes or deletes one. */
export interface EncryptionKey {
  /** ARN of the key itself: IAM matches no alias in a statement's resource. */
  readonly arn: string;
  /** S3 as KMS names it where the bucket is, such as `s3.eu-west-1.amazonaws.com`: the only service to use the key by. */
  readonly viaService: string;
}

/**
 * How KMS names S3 in `region`. AWS KMS documents the suffix `amazonaws.com` for all partitions, China's included
 * (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
 */
export function s3ViaService(region: string): string {
  return `s3.${region}.amazonaws.com`;
}

/** What writing objects under the key takes: a data key, and its decryption for the parts of a multipart upload. */
export function keyUseStatements(key: EncryptionKey): readonly PolicyStatement[] {
  return [statement("UseKey", ["kms:GenerateDataKey", "kms:Decrypt"], key)];
}

/** What reading objects under the key takes. */
export function keyReadStatements(key: EncryptionKey): readonly PolicyStatement[] {
  return [statement("ReadWithKey", ["kms:Decrypt"], key)];
}

function statement(sid: string, actions: readonly string[], key: EncryptionKey): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: [key.arn],
    Condition: { StringEquals: { "kms:ViaService": [key.viaService] } },
  };
}
