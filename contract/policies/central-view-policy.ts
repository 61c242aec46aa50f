import { dataPrefix } from "../object-keys.ts";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "../policy-document.ts";
import { encryptCopies, writeCopies } from "./replication-policy.ts";

/** An account whose data is copied to the central bucket. */
export interface ReplicationSource {
  /** Twelve digits. */
  readonly account: string;
  /** ARN of the account's replication role. */
  readonly roleArn: string;
}

/**
 * What the policy of the central bucket has to say for each account: its replication role writes copies, and only of
 * that account's clusters, whose keys begin with the account.
 */
export function centralBucketPolicy(
  centralBucketArn: string,
  keyPrefix: string,
  sources: readonly ReplicationSource[],
): PolicyDocument {
  return policyDocument(
    ...sources.map((source) =>
      from(source, writeCopies(centralBucketArn, `${dataPrefix(keyPrefix)}${source.account}.`)),
    ),
  );
}

/** What the policy of the key that encrypts the copies has to say for each account, beside its own account's. */
export function centralKeyStatements(sources: readonly ReplicationSource[]): readonly PolicyStatement[] {
  // In a key's policy the resource is always that key.
  return sources.map((source) => from(source, encryptCopies("*")));
}

/**
 * The statement for one role. By condition, because a principal has to exist when a policy names it, and one that was
 * made again under its old name is another.
 */
function from({ account, roleArn }: ReplicationSource, statement: PolicyStatement): PolicyStatement {
  const partition = roleArn.split(":")[1] ?? "";
  return {
    ...statement,
    Sid: `${statement.Sid}From${account}`,
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Condition: { ...statement.Condition, ArnEquals: { "aws:PrincipalArn": [roleArn] } },
  };
}
