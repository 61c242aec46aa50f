import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy/index.js";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user/index.js";
import { TerraformIterator, TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import { WRITER_POLICY_NAME } from "../contract/names.ts";
import { keyUseStatements } from "../contract/policies/encryption-key.ts";
import { writerPolicy } from "../contract/policies/writer-policy.ts";
import type { AccountContext } from "./account-context.ts";
import { addPolicyDocument, whereKeyed } from "./policy-documents.ts";
import { withId } from "./terraform-expressions.ts";

/** Stands for a cluster's prefix in the one document that all the users' policies are made of. */
const CLUSTER_PREFIX = "CLUSTER_PREFIX";

/** A user per cluster that writes below that cluster's prefix only: the narrow form of the one IAM user. */
export class AccountClusterUsers extends Construct {
  /** Expression of a map: cluster ARN to user name. */
  readonly names: string;

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    const each = TerraformIterator.fromMap(context.variables.iam_users.value);
    const users = withId(
      new IamUser(this, "user", {
        forEach: each,
        name: each.value,
        // As the one user's: keys made by hand go with it.
        forceDestroy: true,
        permissionsBoundary: context.permissionsBoundary,
        tags: context.tags,
      }),
      "cluster",
    );
    const address = `${users.terraformResourceType}.${users.friendlyUniqueId}`;
    this.names = `\${{ for arn, user in ${address} : arn => user.name }}`;
    const document = addPolicyDocument(
      this,
      "cluster_user_policy",
      writerPolicy(context.bucketArn, CLUSTER_PREFIX),
      whereKeyed(keyUseStatements(context.key)),
    );
    this.#addPrefixes();
    const expression = document.slice("${".length, -"}".length);
    withId(
      new IamUserPolicy(this, "policy", {
        forEach: each,
        name: WRITER_POLICY_NAME,
        user: `\${${address}[each.key].name}`,
        policy: `\${replace(${expression}, "${CLUSTER_PREFIX}", local.cluster_prefixes[each.key])}`,
      }),
      "cluster",
    );
  }

  /** What `clusterPrefix` in contract/object-keys.ts makes of each ARN. */
  #addPrefixes(): void {
    const account = '${split(":", arn)[4]}';
    const region = '${split(":", arn)[3]}';
    const name = '${split("/", arn)[1]}';
    const prefix = `"\${local.data_prefix}${account}.${region}.${name}"`;
    const expression = `\${{ for arn in keys(var.iam_users) : arn => ${prefix} }}`;
    withId(new TerraformLocal(this, "prefixes", expression), "cluster_prefixes");
  }
}
