import { policyDocument, type PolicyDocument, type PolicyStatement } from "../policy-document.ts";
import { readerPolicy } from "./reader-policy.ts";

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

/**
 * What the bucket itself lets `principals` do: the same reading as `readerPolicy`, for those whose own policies this
 * deployment does not write, such as roles of another account.
 * @param principals ARNs; may be a Terraform expression of a list of them
 */
export function bucketReaderStatements(
  bucketArn: string,
  principals: string | readonly string[],
): readonly PolicyStatement[] {
  return readerPolicy(bucketArn).Statement.map((statement) => ({
    ...statement,
    Sid: `Readers${statement.Sid}`,
    Principal: { AWS: principals },
  }));
}
