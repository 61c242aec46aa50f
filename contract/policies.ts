import { CONTROL_PREFIX } from "./object-keys.ts";
import { MANAGED_BY, TAG } from "./names.ts";
import type { PolicyDocument, PolicyStatement } from "./policy-document.ts";

// Every argument may be a Terraform expression: the documents only put them into strings.

function document(...statements: PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** What the bucket itself refuses: plain HTTP, and TLS below 1.2. */
export function bucketPolicy(bucketArn: string): PolicyDocument {
  const everything = {
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucketArn, `${bucketArn}/*`],
  } as const;
  return document(
    {
      Sid: "DenyInsecureTransport",
      ...everything,
      Condition: { Bool: { "aws:SecureTransport": ["false"] } },
    },
    { Sid: "DenyOldTls", ...everything, Condition: { NumericLessThan: { "s3:TlsVersion": ["1.2"] } } },
  );
}

/** Read-only access to the whole bucket, for the account's analysis role. */
export function readerPolicy(bucketArn: string): PolicyDocument {
  return document(
    {
      Sid: "ListBucket",
      Effect: "Allow",
      Action: ["s3:ListBucket", "s3:GetBucketLocation"],
      Resource: [bucketArn],
    },
    { Sid: "GetObjects", Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${bucketArn}/*`] },
  );
}

const WRITE_OBJECTS = [
  "s3:PutObject",
  "s3:GetObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
] as const;

/**
 * What a cluster's role may do: read and write below its own prefix, and list that prefix.
 * No delete, no ACL. `prefix` has no trailing slash.
 */
export function writerPolicy(bucketArn: string, prefix: string): PolicyDocument {
  return document(
    {
      Sid: "WriteOwnPrefix",
      Effect: "Allow",
      Action: [...WRITE_OBJECTS],
      Resource: [`${bucketArn}/${prefix}/*`],
    },
    {
      Sid: "ListOwnPrefix",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [bucketArn],
      // Without IfExists: a listing without a prefix is refused.
      Condition: { StringLike: { "s3:prefix": [`${prefix}/*`] } },
    },
  );
}

/** The most that any role made by the reconciler can ever do, whatever its own policy says. */
export function boundaryPolicy(bucketArn: string): PolicyDocument {
  return document(
    { Sid: "WriteThisBucket", Effect: "Allow", Action: [...WRITE_OBJECTS], Resource: [`${bucketArn}/*`] },
    { Sid: "ListThisBucket", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucketArn] },
  );
}

/** The IAM user of accounts without an OIDC provider: bucket-wide, as the seed's user is. */
export function userPolicy(bucketArn: string): PolicyDocument {
  return boundaryPolicy(bucketArn);
}

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
  const ours = {
    [`aws:ResourceTag/${TAG.managedBy}`]: [MANAGED_BY],
    [`aws:ResourceTag/${TAG.deployment}`]: [scope.bucketName],
  };
  const bounded = { "iam:PermissionsBoundary": [scope.boundaryArn] };
  return document(
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
      Action: [
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListRolePolicies",
        "iam:ListAttachedRolePolicies",
        "iam:ListRoleTags",
      ],
      Resource: roles,
    },
    {
      Sid: "CreateBoundedRoles",
      Effect: "Allow",
      Action: ["iam:CreateRole"],
      Resource: roles,
      Condition: {
        StringEquals: {
          ...bounded,
          [`aws:RequestTag/${TAG.managedBy}`]: [MANAGED_BY],
          [`aws:RequestTag/${TAG.deployment}`]: [scope.bucketName],
        },
      },
    },
    // TagRole at creation is checked against the request, later against the role.
    {
      Sid: "TagNewRoles",
      Effect: "Allow",
      Action: ["iam:TagRole"],
      Resource: roles,
      Condition: {
        StringEquals: {
          [`aws:RequestTag/${TAG.managedBy}`]: [MANAGED_BY],
          [`aws:RequestTag/${TAG.deployment}`]: [scope.bucketName],
        },
      },
    },
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
    {
      Sid: "KeepReports",
      Effect: "Allow",
      // By version, because the bucket is versioned and must be empty to be destroyed.
      Action: ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
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
  );
}
