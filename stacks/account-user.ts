import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy/index.js";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user/index.js";
import { Construct } from "constructs";
import { WRITER_POLICY_NAME } from "../contract/names.ts";
import { keyUseStatements } from "../contract/policies/encryption-key.ts";
import { userPolicy } from "../contract/policies/writer-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { addPolicyDocument, whereKeyed } from "./policy-documents.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

/** The IAM user for accounts without an OIDC provider. Its access keys are made by hand, so that no state holds one. */
export class AccountUser extends Construct {
  readonly user: IamUser;

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    const count = countIf("var.create_iam_user");
    this.user = withId(
      new IamUser(this, "user", {
        count,
        name: context.names.user,
        // The access keys that were made by hand go with the user; without this a destroy would fail on them.
        forceDestroy: true,
        permissionsBoundary: context.permissionsBoundary,
        tags: context.tags,
      }),
      "agent",
    );
    withId(
      new IamUserPolicy(this, "policy", {
        count,
        name: WRITER_POLICY_NAME,
        user: firstOf(this.user, "name"),
        policy: addPolicyDocument(
          this,
          "user_policy",
          userPolicy(context.bucketArn),
          whereKeyed(keyUseStatements(context.key)),
        ),
      }),
      "agent",
    );
  }
}
