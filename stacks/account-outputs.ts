import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { AccountBucket } from "./account-bucket.ts";
import type { AccountClusterUsers } from "./account-cluster-users.ts";
import type { AccountContext } from "./account-context.ts";
import type { AccountDeadLetters } from "./account-dead-letters.ts";
import type { AccountLambdas } from "./account-lambdas.ts";
import type { AccountReader } from "./account-reader.ts";
import type { AccountReplication } from "./account-replication.ts";
import type { AccountTables } from "./account-tables.ts";
import type { AccountUser } from "./account-user.ts";
import { whether } from "./account-switches.ts";
import { oneOrNull, withId } from "./terraform-expressions.ts";

export interface AccountParts {
  readonly context: AccountContext;
  readonly bucket: AccountBucket;
  readonly reader: AccountReader;
  readonly replication: AccountReplication;
  readonly user: AccountUser;
  readonly clusterUsers: AccountClusterUsers;
  readonly lambdas: AccountLambdas;
  readonly deadLetters: AccountDeadLetters;
  readonly tables: AccountTables;
}

/** What a caller of the stack needs to go on. Those of a branch that was not taken are null. */
export function addAccountOutputs(scope: Construct, parts: AccountParts): void {
  const outputs = {
    ...bucketOutputs(parts),
    ...roleOutputs(parts),
    ...userOutputs(parts),
    ...queryOutputs(parts),
  };
  for (const [name, [description, value]] of Object.entries(outputs)) {
    withId(new TerraformOutput(scope, `output-${name}`, { value, description }), name);
  }
}

/** Description and value, by name. */
type Outputs = Readonly<Record<string, readonly [description: string, value: string]>>;

function bucketOutputs({ bucket: { bucket }, reader, replication }: AccountParts): Outputs {
  return {
    s3_bucket_secure_url: ["HTTPS URL of the bucket", `https://${bucket.bucketRegionalDomainName}`],
    bucket_name: ["Name of the bucket, which is also the deployment's id", bucket.id],
    read_policy_arn: ["ARN of the policy that lets a role read the bucket", reader.policy.arn],
    replication_role_arn: [
      "ARN of the role that copies data to the central bucket; null without replicate",
      oneOrNull(replication.role, "arn"),
    ],
  };
}

function roleOutputs({ context, lambdas, deadLetters }: AccountParts): Outputs {
  return {
    agent_role_path: ["IAM path of the clusters' roles", context.names.rolePath],
    role_management_function_name: [
      "Lambda that checks the clusters' roles by the clock; null with create_iam_user",
      oneOrNull(lambdas.management, "function_name"),
    ],
    role_creation_function_name: [
      "Lambda that makes the clusters' roles on apply; null with create_iam_user",
      oneOrNull(lambdas.creation, "function_name"),
    ],
    role_boundary_arn: [
      "ARN of the permissions boundary of the clusters' roles; null with create_iam_user",
      `\${${whether("manage_roles")} ? local.role_boundary_arn : null}`,
    ],
    dead_letter_queue_url: [
      "URL of the queue of what the Lambdas could not do; null with create_iam_user",
      oneOrNull(deadLetters.queue, "url"),
    ],
    dead_letter_queue_arn: [
      "ARN of the queue of what the Lambdas could not do; null with create_iam_user",
      oneOrNull(deadLetters.queue, "arn"),
    ],
  };
}

function userOutputs({ user: { user }, clusterUsers }: AccountParts): Outputs {
  return {
    iam_user_name: ["IAM user; null without create_iam_user", oneOrNull(user, "name")],
    iam_user_arn: ["ARN of the IAM user; null without create_iam_user", oneOrNull(user, "arn")],
    cluster_iam_user_names: [
      "IAM user of each cluster of iam_users, by the cluster's ARN",
      clusterUsers.names,
    ],
  };
}

function queryOutputs({ tables }: AccountParts): Outputs {
  return {
    query_database: [
      "Glue database with a table for each dataset; null without create_query_tables",
      oneOrNull(tables.database, "name"),
    ],
  };
}
