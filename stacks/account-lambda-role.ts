import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { keyUseStatements } from "../contract/policies/encryption-key.ts";
import { lambdaPolicy } from "../contract/policies/lambda-policy.ts";
import { associationStatements } from "../contract/policies/pod-identity-policy.ts";
import { queryTablesStatements } from "../contract/policies/query-tables-policy.ts";
import { boundaryPolicy } from "../contract/policies/writer-policy.ts";
import type { PolicyDocument } from "../contract/policy-document.ts";
import type { AccountContext } from "./account-context.ts";
import { deadLettersArn } from "./account-dead-letters.ts";
import { QUERY_DATABASE, QUERY_TABLES } from "./account-tables.ts";
import { whether } from "./account-switches.ts";
import { addPolicyDocument } from "./policy-documents.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

const LAMBDA_TRUST: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Lambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: ["sts:AssumeRole"],
    },
  ],
};

/** What the Lambdas run as, where they log, and the boundary of every role they make. No AWS managed policy. */
export class AccountLambdaRole extends Construct {
  readonly arn: string;
  /** What must exist for as long as a Lambda can be called, its call on destroy included. */
  readonly needed: readonly TerraformResource[];

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    const count = countIf(whether("manage_roles"));
    const withKey = { name: "key", when: whether("use_kms"), statements: keyUseStatements(context.key) };
    const { names, partition, account, region, tags } = context;
    const functions = { role_creation: names.creationFunction, role_management: names.managementFunction };
    const logGroups = Object.entries(functions).map(([logicalId, name]) =>
      withId(
        new CloudwatchLogGroup(this, `logs-${logicalId}`, {
          count,
          name: logGroupName(name),
          retentionInDays: context.variables.log_retention_days.numberValue,
          tags,
        }),
        logicalId,
      ),
    );
    const boundary = withId(
      new IamPolicy(this, "boundary", {
        // Also where the account gives another: roles that a run leaves alone still carry this one, and AWS deletes no
        // boundary in use.
        count,
        name: names.boundary,
        description: "The most that a cluster's role can ever do",
        policy: addPolicyDocument(this, "boundary_policy", boundaryPolicy(context.bucketArn), withKey),
        tags,
      }),
      "boundary",
    );
    const role = withId(
      new IamRole(this, "role", {
        count,
        name: names.lambdaRole,
        description: "Keeps one role per EKS cluster",
        assumeRolePolicy: addPolicyDocument(this, "lambda_trust", LAMBDA_TRUST),
        permissionsBoundary: context.permissionsBoundary,
        tags,
      }),
      "lambda",
    );
    this.arn = firstOf(role, "arn");
    const logGroupArns = Object.values(functions).map(
      (name) => `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName(name)}`,
    );
    const withPodIdentity = {
      name: "pod_identity",
      when: whether("use_pod_identity"),
      statements: associationStatements({
        partition,
        account,
        bucketName: names.bucket,
        rolePath: names.rolePath,
      }),
    };
    const withQueryTables = {
      name: "query_tables",
      when: "var.create_query_tables",
      statements: queryTablesStatements({
        partition,
        account,
        region,
        database: QUERY_DATABASE,
        tables: QUERY_TABLES,
      }),
    };
    const policy = withId(
      new IamRolePolicy(this, "policy", {
        count,
        name: "role-reconciler",
        role: firstOf(role, "name"),
        policy: addPolicyDocument(
          this,
          "lambda_policy",
          lambdaPolicy({
            partition,
            account,
            bucketName: names.bucket,
            bucketArn: context.bucketArn,
            rolePath: names.rolePath,
            boundaryArn: context.roleBoundaryArn,
            logGroupArns,
            deadLettersArn: deadLettersArn(context),
          }),
          // For the reports below control/.
          withKey,
          withPodIdentity,
          withQueryTables,
        ),
      }),
      "lambda",
    );
    this.needed = [...logGroups, boundary, role, policy];
  }
}

function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
