import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { S3BucketReplicationConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-replication-configuration/index.js";
import { Construct } from "constructs";
import { keyReadStatements } from "../contract/policies/encryption-key.ts";
import {
  replicaKeyStatements,
  REPLICATION_TRUST,
  replicationPolicy,
} from "../contract/policies/replication-policy.ts";
import type { AccountBucket } from "./account-bucket.ts";
import type { AccountContext } from "./account-context.ts";
import { whether } from "./account-switches.ts";
import { addPolicyDocument, whereKeyed } from "./policy-documents.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

export interface AccountReplicationProps {
  readonly context: AccountContext;
  readonly bucket: AccountBucket;
}

/** Whether the copies are encrypted with a key of their own. */
const WITH_KEY = 'var.replication_kms_key_arn != ""';

/** Copies all new data to the central bucket of another account, which owns the copies. */
export class AccountReplication extends Construct {
  readonly role: IamRole;

  constructor(scope: Construct, id: string, { context, bucket }: AccountReplicationProps) {
    super(scope, id);
    const count = countIf(whether("replicate"));
    this.role = withId(
      new IamRole(this, "role", {
        count,
        name: context.names.replicationRole,
        description: "Lets S3 copy the container insights data to the central bucket",
        assumeRolePolicy: addPolicyDocument(this, "replication_trust", REPLICATION_TRUST),
        permissionsBoundary: context.permissionsBoundary,
        tags: context.tags,
      }),
      "replication",
    );
    const policy = withId(
      new IamRolePolicy(this, "policy", {
        count,
        name: "replication",
        role: firstOf(this.role, "name"),
        policy: addReplicationPolicy(this, context),
      }),
      "replication",
    );
    const configuration = withId(
      new S3BucketReplicationConfigurationA(this, "configuration", {
        count,
        bucket: bucket.bucket.id,
        role: firstOf(this.role, "arn"),
        rule: [replicationRule(context)],
        dependsOn: [bucket.versioning, policy],
      }),
      "data",
    );
    // By override: cdktf has no dynamic block within a rule. Without the first, S3 skips what KMS encrypted.
    configuration.addOverride("rule.0.dynamic.source_selection_criteria", {
      for_each: `\${${WITH_KEY} ? [1] : []}`,
      content: { sse_kms_encrypted_objects: { status: "Enabled" } },
    });
    configuration.addOverride("rule.0.destination.dynamic.encryption_configuration", {
      for_each: `\${${WITH_KEY} ? [1] : []}`,
      content: { replica_kms_key_id: "${var.replication_kms_key_arn}" },
    });
  }
}

function addReplicationPolicy(scope: Construct, context: AccountContext): string {
  const { variables, bucketArn, dataPrefix, key } = context;
  const centralBucketArn = variables.replication_bucket_arn.stringValue;
  return addPolicyDocument(
    scope,
    "replication_policy",
    replicationPolicy({ bucketArn, centralBucketArn, dataPrefix }),
    whereKeyed(keyReadStatements(key)),
    {
      name: "replica_key",
      when: WITH_KEY,
      statements: replicaKeyStatements(variables.replication_kms_key_arn.stringValue),
    },
  );
}

function replicationRule({ variables, dataPrefix }: AccountContext) {
  return {
    id: "central-view",
    priority: 1,
    status: "Enabled",
    filter: { prefix: dataPrefix },
    // What is deleted or expires here stays there.
    deleteMarkerReplication: { status: "Disabled" },
    destination: {
      bucket: variables.replication_bucket_arn.stringValue,
      account: variables.replication_account_id.stringValue,
      accessControlTranslation: { owner: "Destination" },
    },
  };
}
