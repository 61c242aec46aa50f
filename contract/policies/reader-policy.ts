import { policyDocument, type PolicyDocument } from "../policy-document.ts";
import { keyReadStatements, type EncryptionKey } from "./encryption-key.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

/** Read-only access to the whole bucket, for the account's analysis role. */
export function readerPolicy(bucketArn: string, key?: EncryptionKey): PolicyDocument {
  return policyDocument(
    {
      Sid: "ListBucket",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation"],
      Resource: [bucketArn],
    },
    { Sid: "GetObjects", Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${bucketArn}/*`] },
    ...(key ? keyReadStatements(key) : []),
  );
}
