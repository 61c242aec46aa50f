import { MANAGED_BY, TAG } from "../names.ts";
import { CONTROL_PREFIX } from "../object-keys.ts";
import { associationRetirementStatements } from "./pod-identity-policy.ts";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "../policy-document.ts";

export interface LambdaPolicyScope {
  readonly partition: string;
  readonly account: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** With both slashes. */
  readonly rolePath: string;
  readonly boundaryArn: string;
  /** ARNs of the two functions' log groups, without the trailing `:*`. */
  readonly logGroupArns: readonly string[];
  readonly deadLettersArn: string;
}

/**
 * What the two Lambdas may do. The role path is the fence: nothing outside it can be changed, and below it roles are
 * made only with the boundary and our tags, and changed or deleted only while they carry our tags. The tags are no
 * fence of their own: "TagNewRoles" lets the Lambdas put them on any role below the path, since IAM cannot tell the
 * tagging of a role in the making from that of one that exists. That roles of others below the path are not tagged is
 * the reconciler's own check (`foreignReason`). Neither way can a boundary be lifted or replaced by another.
 */
export function lambdaPolicy(scope: LambdaPolicyScope): PolicyDocument {
  const roles = [`arn:${scope.partition}:iam::${scope.account}:role${scope.rolePath}*`];
  return policyDocument(
    ...observation(scope, roles),
    ...making(scope, roles),
    ...changing(scope, roles),
    ...associationRetirementStatements(scope),
    ...reporting(scope),
  );
}

function observation(scope: LambdaPolicyScope, roles: readonly string[]): readonly PolicyStatement[] {
  return [
    // ListRoles, ListOpenIDConnectProviders and ListClusters have no resource-level form.
    {
      Sid: "Observe",
      Effect: "Allow",
      Action: ["iam:ListRoles", "iam:ListOpenIDConnectProviders", "eks:ListClusters"],
      Resource: ["*"],
    },
    {
      Sid: "DescribeClusters",
      Effect: "Allow",
      Action: ["eks:DescribeCluster"],
      Resource: [`arn:${scope.partition}:eks:*:${scope.account}:cluster/*`],
    },
    {
      Sid: "ReadOwnRoles",
      Effect: "Allow",
      Action: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
      Resource: roles,
    },
  ];
}

function making(
  { bucketName, boundaryArn }: LambdaPolicyScope,
  roles: readonly string[],
): readonly PolicyStatement[] {
  const tagged = {
    [`aws:RequestTag/${TAG.managedBy}`]: [MANAGED_BY],
    [`aws:RequestTag/${TAG.deployment}`]: [bucketName],
  };
  return [
    {
      Sid: "CreateBoundedRoles",
      Effect: "Allow",
      Action: ["iam:CreateRole"],
      Resource: roles,
      Condition: {
        StringEquals: { "iam:PermissionsBoundary": [boundaryArn], ...tagged },
      },
    },
    // TagRole at creation is checked against the request, later against the role.
    {
      Sid: "TagNewRoles",
      Effect: "Allow",
      Action: ["iam:TagRole"],
      Resource: roles,
      Condition: {
        StringEquals: tagged,
      },
    },
  ];
}

function changing(
  { bucketName, boundaryArn }: LambdaPolicyScope,
  roles: readonly string[],
): readonly PolicyStatement[] {
  const ours = {
    [`aws:ResourceTag/${TAG.managedBy}`]: [MANAGED_BY],
    [`aws:ResourceTag/${TAG.deployment}`]: [bucketName],
  };
  const bounded = { "iam:PermissionsBoundary": [boundaryArn] };
  return [
    // A role under our path that lost its boundary gets it back before anything else of it can change.
    {
      Sid: "ChangeOwnBoundedRoles",
      Effect: "Allow",
      Action: ["iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy"],
      Resource: roles,
      Condition: { StringEquals: { ...ours, ...bounded } },
    },
    {
      Sid: "RetireOwnRoles",
      Effect: "Allow",
      Action: [
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
      ],
      Resource: roles,
      Condition: { StringEquals: ours },
    },
    {
      Sid: "RestoreBoundary",
      Effect: "Allow",
      Action: ["iam:PutRolePermissionsBoundary"],
      Resource: roles,
      Condition: { StringEquals: { ...ours, ...bounded } },
    },
  ];
}

function reporting(scope: LambdaPolicyScope): readonly PolicyStatement[] {
  return [
    {
      Sid: "KeepReports",
      Effect: "Allow",
      // Deleted by version only, because the bucket is versioned and must be empty to be destroyed.
      Action: ["s3:PutObject", "s3:DeleteObjectVersion"],
      Resource: [`${scope.bucketArn}/${CONTROL_PREFIX}*`],
    },
    {
      Sid: "ListReportVersions",
      Effect: "Allow",
      Action: ["s3:ListBucketVersions"],
      Resource: [scope.bucketArn],
      Condition: { StringLike: { "s3:prefix": [`${CONTROL_PREFIX}*`] } },
    },
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: scope.logGroupArns.map((arn) => `${arn}:*`),
    },
    {
      Sid: "SendDeadLetters",
      Effect: "Allow",
      Action: ["sqs:SendMessage"],
      Resource: [scope.deadLettersArn],
    },
  ];
}
