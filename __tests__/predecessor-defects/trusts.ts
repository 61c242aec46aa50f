import { issuerHostPath, oidcProviderArn } from "../../contract/workload-identity.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { ACCOUNT, type FakeAccount } from "../fakes/fake-account.ts";
import { decide, type Decision } from "../support/decide.ts";

// The simulator knows the token keys of the issuers in IAM's public list only, and drops EKS issuers' keys.
const KNOWN_ISSUER = "accounts.google.com";

/** A cluster as DescribeCluster answers it, of an issuer and a partition that the fake would not make up. */
export interface GivenCluster {
  readonly region: string;
  readonly issuer: string;
  /** @default "aws" */
  readonly partition?: string;
}

/** Puts the active cluster `prod` there, without an OIDC provider. The ARN of the provider that it needs. */
export function addProd(
  account: FakeAccount,
  { region, issuer, partition = "aws" }: GivenCluster,
): { readonly providerArn: string } {
  const arn = `arn:${partition}:eks:${region}:${ACCOUNT}:cluster/prod`;
  const identity = { oidc: { issuer } };
  account.eks(region).clusters.set("prod", { arn, name: "prod", status: "ACTIVE", identity });
  return { providerArn: oidcProviderArn(partition, ACCOUNT, issuer) };
}

/** What IAM answers to a token of `issuer` that asks for a role of the trust policy `trust`. */
export function assume(
  trust: string,
  issuer: string,
  claims: Readonly<Record<string, string>>,
): Promise<Decision> {
  const host = issuerHostPath(issuer);
  const policy = trust.replaceAll(`"${host}:`, `"${KNOWN_ISSUER}:`);
  const context = Object.entries(claims).map(([claim, value]) => [`${KNOWN_ISSUER}:${claim}`, value]);
  return decide({
    action: "sts:AssumeRoleWithWebIdentity",
    resource: `arn:aws:iam::${ACCOUNT}:role/nops-container-cost/any`,
    principal: oidcProviderArn("aws", ACCOUNT, issuer),
    resourcePolicy: JSON.parse(policy) as PolicyDocument,
    context: Object.fromEntries(context) as Record<string, string>,
  });
}
