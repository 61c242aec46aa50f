import { EMULATED_ACCOUNT } from "../ground/ministack.ts";

/** A cluster of the emulated account. */
export interface TestCluster {
  readonly region: string;
  readonly name: string;
}

export const BUCKET = `nops-container-cost-${EMULATED_ACCOUNT}`;
export const ROLE_PATH = "/nops-container-cost/";
export const BOUNDARY_ARN = `arn:aws:iam::${EMULATED_ACCOUNT}:policy/nops-container-cost-boundary`;

// Written out instead of taken from contract/: what the roles must be is said here a second time, independently.

export function expectedTrust(issuer: string): unknown {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AgentServiceAccounts",
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::${EMULATED_ACCOUNT}:oidc-provider/${issuer}` },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: ["sts.amazonaws.com"],
            [`${issuer}:sub`]: ["system:serviceaccount:nops:nops-container-insights"],
          },
        },
      },
    ],
  };
}

export function expectedPolicy({ region, name }: TestCluster, keyPrefix = "container-insights"): unknown {
  const prefix = `${keyPrefix}/cluster=${EMULATED_ACCOUNT}.${region}.${name}`;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "WriteOwnPrefix",
        Effect: "Allow",
        Action: ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: [`arn:aws:s3:::${BUCKET}/${prefix}/*`],
      },
      {
        Sid: "ListOwnPrefix",
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [`arn:aws:s3:::${BUCKET}`],
        Condition: { StringLike: { "s3:prefix": [`${prefix}/*`] } },
      },
    ],
  };
}

export function expectedTags({ region, name }: TestCluster): Record<string, string> {
  return {
    "container-insights:managed-by": "role-reconciler",
    "container-insights:deployment": BUCKET,
    "container-insights:cluster-arn": `arn:aws:eks:${region}:${EMULATED_ACCOUNT}:cluster/${name}`,
  };
}

export function roleNameOf({ region, name }: TestCluster): string {
  return `nops-container-cost-${name}_${region}`;
}
