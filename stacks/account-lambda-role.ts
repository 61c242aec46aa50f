import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { logGroupName } from "../contract/names.ts";
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
import { addPolicyDocument, whereKeyed, type ConditionalStatements } from "./policy-documents.ts";
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

  readonly #context: AccountContext;
  readonly #count = countIf(whether("manage_roles"));

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    this.#context = context;
    const logGroups = [
      this.#addLogGroup("role_creation", context.names.creationFunction),
      this.#addLogGroup("role_management", context.names.managementFunction),
    ];
    const boundary = this.#addBoundary();
    const role = this.#addRole();
    const policy = this.#addPolicy(role);
    this.arn = firstOf(role, "arn");
    this.needed = [...logGroups, boundary, role, policy];
  }

  #addLogGroup(logicalId: string, functionName: string): CloudwatchLogGroup {
    const { tags, variables } = this.#context;
    const group = new CloudwatchLogGroup(this, `logs-${logicalId}`, {
      count: this.#count,
      name: logGroupName(functionName),
      retentionInDays: variables.log_retention_days.numberValue,
      tags,
    });
    return withId(group, logicalId);
  }

  #addBoundary(): IamPolicy {
    const { names, bucketArn, tags } = this.#context;
    const boundary = new IamPolicy(this, "boundary", {
      // Also where the account gives another: roles that a run leaves alone still carry this one, and AWS deletes no
      // boundary in use.
      count: this.#count,
      name: names.boundary,
      description: "The most that a cluster's role can ever do",
      policy: addPolicyDocument(this, "boundary_policy", boundaryPolicy(bucketArn), this.#withKey()),
      tags,
    });
    return withId(boundary, "boundary");
  }

  #addRole(): IamRole {
    const { names, permissionsBoundary, tags } = this.#context;
    const role = new IamRole(this, "role", {
      count: this.#count,
      name: names.lambdaRole,
      description: "Keeps one role per EKS cluster",
      assumeRolePolicy: addPolicyDocument(this, "lambda_trust", LAMBDA_TRUST),
      permissionsBoundary,
      tags,
    });
    return withId(role, "lambda");
  }

  #addPolicy(role: IamRole): IamRolePolicy {
    const { names, partition, account, region, bucketArn, roleBoundaryArn } = this.#context;
    const logGroupArn = (functionName: string): string =>
      `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName(functionName)}`;
    const document = lambdaPolicy({
      partition,
      account,
      bucketName: names.bucket,
      bucketArn,
      rolePath: names.rolePath,
      boundaryArn: roleBoundaryArn,
      logGroupArns: [names.creationFunction, names.managementFunction].map(logGroupArn),
      deadLettersArn: deadLettersArn(this.#context),
    });
    const policy = new IamRolePolicy(this, "policy", {
      count: this.#count,
      name: "role-reconciler",
      role: firstOf(role, "name"),
      policy: addPolicyDocument(this, "lambda_policy", document, ...this.#conditionalStatements()),
    });
    return withId(policy, "lambda");
  }

  #conditionalStatements(): ConditionalStatements[] {
    const { names, partition, account, region } = this.#context;
    return [
      this.#withKey(), // for the reports below control/
      {
        name: "pod_identity",
        when: whether("use_pod_identity"),
        statements: associationStatements({
          partition,
          account,
          bucketName: names.bucket,
          rolePath: names.rolePath,
        }),
      },
      {
        name: "query_tables",
        when: "var.create_query_tables",
        statements: queryTablesStatements({
          partition,
          account,
          region,
          database: QUERY_DATABASE,
          tables: QUERY_TABLES,
        }),
      },
    ];
  }

  #withKey(): ConditionalStatements {
    return whereKeyed(keyUseStatements(this.#context.key));
  }
}
