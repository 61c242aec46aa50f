import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy/index.js";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning/index.js";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { bucketPolicy } from "../contract/policies/bucket-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { addPolicyDocument } from "./policy-documents.ts";
import { withId } from "./terraform-expressions.ts";

const ABORT_MULTIPART_DAYS = 7;
const NONCURRENT_DAYS = 30;

export interface AccountBucketProps {
  readonly context: AccountContext;
  /** Whether Terraform may destroy the bucket and its controls. */
  readonly allowDestroy: boolean;
}

/** The bucket that holds the data: encrypted, versioned, private, and reached over TLS 1.2 or newer only. */
export class AccountBucket extends Construct {
  readonly bucket: S3Bucket;
  /** The bucket and who may reach it: what must outlive everything that uses the bucket. */
  readonly needed: readonly TerraformResource[];

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
    const bucket = this.bucket.id;
    const publicAccess = withId(
      new S3BucketPublicAccessBlock(this, "public-access", {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
        ...kept,
      }),
      "data",
    );
    // One after the other: S3 answers "A conflicting conditional operation is currently in progress" to parallel
    // changes of one bucket (hashicorp/terraform-provider-aws#7628).
    const policy = withId(
      new S3BucketPolicy(this, "policy", {
        bucket,
        policy: addPolicyDocument(this, "bucket_policy", bucketPolicy(context.bucketArn)),
        dependsOn: [publicAccess],
        ...kept,
      }),
      "data",
    );
    const ownership = withId(
      new S3BucketOwnershipControls(this, "ownership", {
        bucket,
        rule: { objectOwnership: "BucketOwnerEnforced" },
        dependsOn: [policy],
        ...kept,
      }),
      "data",
    );
    this.needed = [this.bucket, publicAccess, policy, ownership];
    this.#addStorageRules(bucket, kept);
  }

  #addStorageRules(bucket: string, kept: object): void {
    withId(
      new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
        bucket,
        rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        ...kept,
      }),
      "data",
    );
    const versioning = withId(
      new S3BucketVersioningA(this, "versioning", {
        bucket,
        versioningConfiguration: { status: "Enabled" },
        ...kept,
      }),
      "data",
    );
    withId(
      new S3BucketLifecycleConfiguration(this, "lifecycle", {
        bucket,
        rule: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: [{ prefix: "" }],
            abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_MULTIPART_DAYS }],
          },
          {
            id: "expire-noncurrent-versions",
            status: "Enabled",
            filter: [{ prefix: "" }],
            noncurrentVersionExpiration: [{ noncurrentDays: NONCURRENT_DAYS }],
          },
        ],
        // Its rules are about versions, so versioning comes first.
        dependsOn: [versioning],
        ...kept,
      }),
      "data",
    );
  }
}
