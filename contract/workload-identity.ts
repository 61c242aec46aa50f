import type { PolicyDocument } from "./policy-document.ts";

/** Namespace of everything that writes to the bucket. */
export const AGENT_NAMESPACE = "nops";

/** Service account of the exporter. */
export const EXPORTER_SERVICE_ACCOUNT = "nops-container-insights";

/** Service accounts that a cluster role trusts, exactly. A component that starts to write is added here and nowhere else. */
export const WRITER_SERVICE_ACCOUNTS: readonly string[] = [EXPORTER_SERVICE_ACCOUNT];

/** The audience of a projected token that STS accepts. */
export const STS_AUDIENCE = "sts.amazonaws.com";

/** The OIDC subject of a service account. */
export function oidcSubject(namespace: string, serviceAccount: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}

/** The issuer without its scheme: the form in provider ARNs and condition keys. */
export function issuerHostPath(issuer: string): string {
  return issuer.replace(/^https?:\/\//, "");
}

/** ARN of the IAM OIDC provider of an issuer, as DescribeCluster names it. Never built from a region. */
export function oidcProviderArn(partition: string, account: string, issuer: string): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${issuerHostPath(issuer)}`;
}

/** The service that hands a role's credentials to pods in EKS Pod Identity; of this name in every partition. */
export const POD_IDENTITY_SERVICE = "pods.eks.amazonaws.com";

/** How a cluster's pods come by the role: web identity (IRSA), or EKS Pod Identity. */
export type IdentityMode = "irsa" | "pod-identity";

/**
 * Trust of a cluster role in Pod Identity mode: the service, for this account, this cluster, and the exact list of
 * service accounts, by the session tags that EKS sets
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html).
 */
export function podIdentityTrustPolicy(account: string, clusterArn: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AgentPods",
        Effect: "Allow",
        Principal: { Service: POD_IDENTITY_SERVICE },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:SourceAccount": [account],
            "aws:RequestTag/eks-cluster-arn": [clusterArn],
            "aws:RequestTag/kubernetes-namespace": [AGENT_NAMESPACE],
            "aws:RequestTag/kubernetes-service-account": [...WRITER_SERVICE_ACCOUNTS],
          },
        },
      },
    ],
  };
}

/** Trust of a cluster role in IRSA mode: this provider, STS as audience, and the exact list of service accounts. */
export function irsaTrustPolicy(providerArn: string): PolicyDocument {
  const issuer = providerArn.slice(providerArn.indexOf(":oidc-provider/") + ":oidc-provider/".length);
  const subjects = WRITER_SERVICE_ACCOUNTS.map((account) => oidcSubject(AGENT_NAMESPACE, account));
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AgentServiceAccounts",
        Effect: "Allow",
        Principal: { Federated: providerArn },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: { [`${issuer}:aud`]: [STS_AUDIENCE], [`${issuer}:sub`]: subjects },
        },
      },
    ],
  };
}
