import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import { Token, type TerraformResource, type TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { bucketPolicy, bucketReaderStatements } from "../contract/policies/bucket-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { AccountLifecycle } from "./account-lifecycle.ts";
import { whether } from "./account-switches.ts";
import { addPolicyDocument } from "./policy-documents.ts";
import { withId } from "./terraform-expressions.ts";

export interface AccountBucketProps {
  readonly context: AccountContext;
  /** Whether Terraform may destroy the bucket and its controls. */
  readonly allowDestroy: boolean;
}

/** Whether Terraform may destroy something. */
interface Kept {
  readonly lifecycle?: TerraformResourceLifecycle;
}

/** The bucket that holds the data: encrypted, versioned, private, and reached over TLS 1.2 or newer only. */
export class AccountBucket extends Construct {
  readonly bucket: S3Bucket;
  /** The bucket, who may reach it, and how it keeps objects: what must be there while something uses the bucket. */
  readonly needed: readonly TerraformResource[];
  readonly versioning: TerraformResource;

  constructor(scope: Construct, id: string, { context, allowDestroy }: AccountBucketProps) {
    super(scope, id);
    // On the controls too: Terraform would remove them first, and only then find that the bucket cannot go.
    const kept = allowDestroy ? {} : { lifecycle: { preventDestroy: true } };
    this.bucket = withId(
      new S3Bucket(this, "bucket", {
        bucket: context.names.bucket,
        forceDestroy: context.variables.force_destroy.booleanValue,
        tags: context.tags,
        ...kept,
      }),
      "data",
    );
    const access = this.#addAccess(context, kept);
    const encryption = this.#addEncryption(context, kept);
    const bucket = this.bucket.id;
    this.versioning = withId(
      new S3BucketVersioningA(this, "versioning", {
        bucket,
        versioningConfiguration: { status: "Enabled" },
        ...kept,
      }),
      "data",
    );
    this.needed = [this.bucket, ...access, encryption, this.versioning];
    new AccountLifecycle(this, "lifecycle", { context, bucket, versioning: this.versioning, ...kept });
  }

  /**
   * Who may reach it. One after the other: S3 answers "A conflicting conditional operation is currently in progress" to
   * parallel changes of one bucket (hashicorp/terraform-provider-aws#7628).
   */
  #addAccess({ bucketArn, variables }: AccountContext, kept: Kept): TerraformResource[] {
    const bucket = this.bucket.id;
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      ...kept,
    });
    const policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: addPolicyDocument(this, "bucket_policy", bucketPolicy(bucketArn), {
        name: "readers",
        when: "length(var.additional_reader_arns) > 0",
        statements: bucketReaderStatements(bucketArn, variables.additional_reader_arns.stringValue),
      }),
      dependsOn: [publicAccess],
      ...kept,
    });
    const ownership = new S3BucketOwnershipControls(this, "ownership", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
      dependsOn: [policy],
      ...kept,
    });
    return [publicAccess, policy, ownership].map((resource) => withId(resource, "data"));
  }

  #addEncryption({ variables }: AccountContext, kept: Kept): TerraformResource {
    const withKey = whether("use_kms");
    return withId(
      new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
        bucket: this.bucket.id,
        rule: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: `\${${withKey} ? "aws:kms" : "AES256"}`,
              kmsMasterKeyId: `\${${withKey} ? ${variables.kms_key_arn.fqn} : null}`,
            },
            // One call of KMS for many objects.
            bucketKeyEnabled: Token.asAny(`\${${withKey}}`),
          },
        ],
        ...kept,
      }),
      "data",
    );
  }
}
