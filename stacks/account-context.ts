import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { TerraformLocal, Token } from "cdktf";
import type { Construct } from "constructs";
import { deploymentNames, type DeploymentNames } from "../contract/names.ts";
import { dataPrefix } from "../contract/object-keys.ts";
import { s3ViaService, type EncryptionKey } from "../contract/policies/encryption-key.ts";
import { HAS_ACCOUNT } from "./account-postconditions.ts";
import { addAccountSwitches, whether } from "./account-switches.ts";
import { addAccountVariables, type AccountVariables } from "./account-variables.ts";
import { orNull, withId } from "./terraform-expressions.ts";

/** What every part of the account stack builds on. Strings are Terraform expressions that are known at plan. */
export interface AccountContext {
  readonly variables: AccountVariables;
  readonly names: DeploymentNames;
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Built from names, not read from resources, so that a first plan shows every policy in full. */
  readonly bucketArn: string;
  /** What the keys of all clusters' data begin with; the reconciler's own objects are not below it. */
  readonly dataPrefix: string;
  /** What encrypts the data while `local.use_kms` is true; its ARN may be known only after apply. */
  readonly key: EncryptionKey;
  /** Boundary of the clusters' roles: this stack's own, or the one that the account gives. */
  readonly roleBoundaryArn: string;
  /** Boundary of the roles and users that the stack itself makes; null when there is none. */
  readonly permissionsBoundary: string;
  readonly tags: { [key: string]: string };
}

/** Adds the variables, the switches and the data sources that say where the stack is applied. */
export function addAccountContext(scope: Construct): AccountContext {
  const variables = addAccountVariables(scope);
  addAccountSwitches(scope);
  const caller = withId(
    new DataAwsCallerIdentity(scope, "caller", { lifecycle: { postcondition: [HAS_ACCOUNT] } }),
    "current",
  );
  const partition = withId(new DataAwsPartition(scope, "partition"), "current").partition;
  // `id`, because `name` is deprecated in version 6 of the provider and `region` unknown to version 5.
  const region = withId(new DataAwsRegion(scope, "region"), "current").id;
  const account = caller.accountId;
  const names = {
    ...deploymentNames(variables.name_prefix.stringValue, account),
    bucket: addBucketName(scope),
  };
  return {
    variables,
    names,
    partition,
    account,
    region,
    bucketArn: `arn:${partition}:s3:::${names.bucket}`,
    dataPrefix: addDataPrefix(scope),
    key: { arn: variables.kms_key_arn.stringValue, viaService: s3ViaService(region) },
    roleBoundaryArn: addRoleBoundaryArn(scope),
    permissionsBoundary: orNull("permissions_boundary_arn"),
    tags: Token.asStringMap(variables.tags.value),
  };
}

// References as text: cdktf would take them out of their quotes inside an expression.
const ACCOUNT_ID = "${data.aws_caller_identity.current.account_id}";
const NAMES = deploymentNames("${var.name_prefix}", ACCOUNT_ID);

function addBucketName(scope: Construct): string {
  const local = new TerraformLocal(scope, "bucket-name", `\${coalesce(var.bucket_name, "${NAMES.bucket}")}`);
  return withId(local, "bucket_name").asString;
}

function addRoleBoundaryArn(scope: Construct): string {
  const own = `arn:\${data.aws_partition.current.partition}:iam::${ACCOUNT_ID}:policy/${NAMES.boundary}`;
  const expression = `\${${whether("use_cluster_role_boundary")} ? var.cluster_role_boundary_arn : "${own}"}`;
  return withId(new TerraformLocal(scope, "role-boundary-arn", expression), "role_boundary_arn").asString;
}

function addDataPrefix(scope: Construct): string {
  const expression = `var.key_prefix == "" ? "${dataPrefix("")}" : "${dataPrefix("${var.key_prefix}")}"`;
  return withId(new TerraformLocal(scope, "data-prefix", `\${${expression}}`), "data_prefix").asString;
}
