import { policyDocument, type PolicyDocument } from "../policy-document.ts";
import { keyUseStatements, type EncryptionKey } from "./encryption-key.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

const WRITE_OBJECTS = [
  "s3:PutObject",
  "s3:GetObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
] as const;

/**
 * What a cluster's role may do: read and write below its own prefix, and list that prefix.
 * No delete, no ACL. `prefix` has no trailing slash; `key` is the bucket's, where it has one.
 */
export function writerPolicy(bucketArn: string, prefix: string, key?: EncryptionKey): PolicyDocument {
  return policyDocument(
    {
      Sid: "WriteOwnPrefix",
      Effect: "Allow",
      Action: [...WRITE_OBJECTS],
      Resource: [`${bucketArn}/${prefix}/*`],
    },
    {
      Sid: "ListOwnPrefix",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [bucketArn],
      // Without IfExists: a listing without a prefix is refused.
      Condition: { StringLike: { "s3:prefix": [`${prefix}/*`] } },
    },
    ...(key ? keyUseStatements(key) : []),
  );
}

/** The most that any role made by the reconciler can ever do, whatever its own policy says. */
export function boundaryPolicy(bucketArn: string, key?: EncryptionKey): PolicyDocument {
  return policyDocument(
    { Sid: "WriteThisBucket", Effect: "Allow", Action: [...WRITE_OBJECTS], Resource: [`${bucketArn}/*`] },
    { Sid: "ListThisBucket", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucketArn] },
    ...(key ? keyUseStatements(key) : []),
  );
}

/** The IAM user of accounts without an OIDC provider: bucket-wide, as the seed's user is. */
export function userPolicy(bucketArn: string, key?: EncryptionKey): PolicyDocument {
  return boundaryPolicy(bucketArn, key);
}
