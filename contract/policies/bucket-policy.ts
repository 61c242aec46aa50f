import { policyDocument, type PolicyDocument } from "../policy-document.ts";

// Every argument may be a Terraform expression: the document only puts them into strings.

/** What the bucket itself refuses: plain HTTP, and TLS below 1.2. */
export function bucketPolicy(bucketArn: string): PolicyDocument {
  const everything = {
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
  } as const;
  return policyDocument(
    {
      Sid: "DenyInsecureTransport",
      ...everything,
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    },
    { Sid: "DenyOldTls", ...everything, Condition: { NumericLessThan: { "s3:TlsVersion": ["1.2"] } } },
  );
}
