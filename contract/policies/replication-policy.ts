import { policyDocument, type PolicyDocument, type PolicyStatement } from "../policy-document.ts";
import { s3ViaService } from "./encryption-key.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

export interface Replication {
  readonly bucketArn: string;
  /** Where the copies go: a bucket of another account. */
  readonly centralBucketArn: string;
  /** What the keys of all clusters' data begin with. */
  readonly dataPrefix: string;
}

/**
 * Only S3 becomes the role. Without `aws:SourceArn` and `aws:SourceAccount`: AWS shows the trust of a replication role
 * without conditions and documents nowhere that S3 sends these keys here, and if it does not, copies fail silently. No
 * other account can make S3 use the role: whoever configures a replication has to be allowed to pass the role, in its account
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html).
 */
export const REPLICATION_TRUST: PolicyDocument = policyDocument({
  Sid: "S3",
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: ["sts:AssumeRole"],
});

/**
 * What S3 does as the role: reads versions of the data, writes copies, and gives them to the central account. No
 * deletes, because delete markers are not replicated, and no tags, because the objects have none
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html).
 */
export function replicationPolicy(replication: Replication): PolicyDocument {
  const { bucketArn, centralBucketArn, dataPrefix } = replication;
  return policyDocument(
    {
      Sid: "ReadConfiguration",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: [bucketArn],
    },
    {
      Sid: "ReadData",
      Effect: "Allow",
      Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl"],
      Resource: [`${bucketArn}/${dataPrefix}*`],
    },
    writeCopies(centralBucketArn, dataPrefix),
  );
}

/** What encrypting the copies takes, beside the key's own policy. */
export function replicaKeyStatements(keyArn: string): readonly PolicyStatement[] {
  return [encryptCopies(keyArn)];
}

/** Writing copies below `prefix` of the central bucket, and giving them to its account. */
export function writeCopies(centralBucketArn: string, prefix: string): PolicyStatement {
  return {
    Sid: "WriteCopies",
    Effect: "Allow",
    Action: ["s3:ReplicateObject", "s3:ObjectOwnerOverrideToBucketOwner"],
    Resource: [`${centralBucketArn}/${prefix}*`],
  };
}

/** Encrypting copies with the central account's key. */
export function encryptCopies(keyArn: string): PolicyStatement {
  return {
    Sid: "EncryptCopies",
    Effect: "Allow",
    // A data key where the central bucket has a bucket key, else S3 encrypts one itself.
    Action: ["kms:Encrypt", "kms:GenerateDataKey"],
    Resource: [keyArn],
    // In whatever region: the key's ARN already holds it.
    Condition: { StringLike: { "kms:ViaService": [s3ViaService("*")] } },
  };
}
