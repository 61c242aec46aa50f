import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition/index.js";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region/index.js";
import { TerraformLocal, Token } from "cdktf";
import type { Construct } from "constructs";
import { deploymentNames, type DeploymentNames } from "../contract/names.ts";
import { addAccountSwitches } from "./account-switches.ts";
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
  readonly boundaryArn: string;
  /** Boundary of the roles and users that the stack itself makes; null when there is none. */
  readonly permissionsBoundary: string;
  readonly tags: { [key: string]: string };
}

/** Adds the variables, the switches and the data sources that say where the stack is applied. */
export function addAccountContext(scope: Construct): AccountContext {
  const variables = addAccountVariables(scope);
  addAccountSwitches(scope);
  const caller = withId(new DataAwsCallerIdentity(scope, "caller"), "current");
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
    boundaryArn: `arn:${partition}:iam::${account}:policy/${names.boundary}`,
    permissionsBoundary: orNull("permissions_boundary_arn"),
    tags: Token.asStringMap(variables.tags.value),
  };
}

function addBucketName(scope: Construct): string {
  // References as text: cdktf would take them out of their quotes inside an expression.
  const { bucket } = deploymentNames("${var.name_prefix}", "${data.aws_caller_identity.current.account_id}");
  const local = new TerraformLocal(scope, "bucket-name", `\${coalesce(var.bucket_name, "${bucket}")}`);
  return withId(local, "bucket_name").asString;
}
