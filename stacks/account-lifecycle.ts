import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js";
import type { TerraformResource, TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import type { AccountContext } from "./account-context.ts";
import { withId } from "./terraform-expressions.ts";

export interface AccountLifecycleProps {
  readonly context: AccountContext;
  /** Name of the bucket. */
  readonly bucket: string;
  /** Its rules are about versions, so versioning comes first. */
  readonly versioning: TerraformResource;
  readonly lifecycle?: TerraformResourceLifecycle | undefined;
}

const EVERYTHING = [{ prefix: "" }];

/** How long objects stay, and in which storage class. A rule whose days are 0 is not there. */
export class AccountLifecycle extends Construct {
  constructor(scope: Construct, id: string, props: AccountLifecycleProps) {
    super(scope, id);
    const { context, bucket, versioning, lifecycle } = props;
    const { variables } = context;
    const configuration = withId(
      new S3BucketLifecycleConfiguration(this, "rules", {
        bucket,
        rule: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: EVERYTHING,
            abortIncompleteMultipartUpload: [
              { daysAfterInitiation: variables.lifecycle_abort_multipart_days.numberValue },
            ],
          },
        ],
        dependsOn: [versioning],
        ...(lifecycle ? { lifecycle } : {}),
      }),
      "data",
    );
    const data = [{ prefix: context.dataPrefix }];
    // By override: cdktf knows either rules or one dynamic block of them.
    configuration.addOverride("dynamic.rule", [
      ruleWhile("lifecycle_noncurrent_days", "expire-noncurrent-versions", EVERYTHING, {
        noncurrent_version_expiration: [{ noncurrent_days: "${var.lifecycle_noncurrent_days}" }],
      }),
      ruleWhile("lifecycle_transition_days", "move-data", data, {
        transition: [
          {
            days: "${var.lifecycle_transition_days}",
            storage_class: "${var.lifecycle_transition_storage_class}",
          },
        ],
      }),
      ruleWhile("lifecycle_expiration_days", "expire-data", data, {
        expiration: [{ days: "${var.lifecycle_expiration_days}" }],
      }),
    ]);
  }
}

/** A rule that is there while the variable is not 0, as Terraform JSON. */
function ruleWhile(variable: string, id: string, filter: object, action: object): object {
  return {
    for_each: `\${var.${variable} > 0 ? [1] : []}`,
    content: { id, status: "Enabled", filter, ...action },
  };
}
