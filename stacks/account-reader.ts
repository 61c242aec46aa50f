import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { Construct } from "constructs";
import { keyReadStatements } from "../contract/policies/encryption-key.ts";
import { readerPolicy } from "../contract/policies/reader-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { whether } from "./account-switches.ts";
import { addPolicyDocument, whereKeyed } from "./policy-documents.ts";
import { countIf, withId } from "./terraform-expressions.ts";

/** Read access to the bucket, attached to the role the account already has. */
export class AccountReader extends Construct {
  readonly policy: IamPolicy;

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    this.policy = withId(
      new IamPolicy(this, "policy", {
        name: context.names.readPolicy,
        description: "Read the container insights data",
        policy: addPolicyDocument(
          this,
          "read_policy",
          readerPolicy(context.bucketArn),
          whereKeyed(keyReadStatements(context.key)),
        ),
        tags: context.tags,
      }),
      "read",
    );
    // The switch alone decides the count: role_name may be known only after apply.
    withId(
      new IamRolePolicyAttachment(this, "attachment", {
        count: countIf(whether("attach_read_policy")),
        role: context.variables.role_name.stringValue,
        policyArn: this.policy.arn,
      }),
      "read",
    );
  }
}
