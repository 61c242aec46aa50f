import { describe, expect, test } from "@jest/globals";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import {
  AGENT_NAMESPACE,
  EXPORTER_SERVICE_ACCOUNT,
  irsaTrustPolicy,
  issuerHostPath,
  oidcProviderArn,
  oidcSubject,
  WRITER_SERVICE_ACCOUNTS,
} from "../../contract/workload-identity.ts";
import { clusterRoleArn, DEFAULT_NAME_PREFIX } from "../../contract/names.ts";
import { PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const PROVIDER = oidcProviderArn("aws", ACCOUNT, ISSUER);
const TRUST = irsaTrustPolicy(PROVIDER);
const SUBJECT = oidcSubject(AGENT_NAMESPACE, EXPORTER_SERVICE_ACCOUNT);

// The simulator knows the token keys of the issuers in IAM's public list only, and drops EKS issuers' keys.
// So the issuer in the condition keys becomes one that it knows; the federated principal stays as it is.
const KNOWN_ISSUER = "accounts.google.com";

function withKnownIssuer(policy: PolicyDocument): PolicyDocument {
  return JSON.parse(
    JSON.stringify(policy).replaceAll(`"${issuerHostPath(ISSUER)}:`, `"${KNOWN_ISSUER}:`),
  ) as PolicyDocument;
}

function assume(
  token: { readonly sub?: string | undefined; readonly aud?: string | undefined },
  principal = PROVIDER,
): Promise<Decision> {
  const claims = Object.entries({ sub: SUBJECT, aud: "sts.amazonaws.com", ...token });
  const sent = claims.flatMap(([claim, value]) =>
    value === undefined ? [] : [[`${KNOWN_ISSUER}:${claim}`, value]],
  );
  return decide({
    action: "sts:AssumeRoleWithWebIdentity",
    resource: clusterRoleArn(DEFAULT_NAME_PREFIX, PROD),
    principal,
    resourcePolicy: withKnownIssuer(TRUST),
    context: Object.fromEntries(sent) as Record<string, string>,
  });
}

describe("names of identities", () => {
  test("the issuer is taken as DescribeCluster names it, in any partition and with any host", () => {
    expect(issuerHostPath("https://oidc.eks.cn-north-1.amazonaws.com.cn/id/A")).toBe(
      "oidc.eks.cn-north-1.amazonaws.com.cn/id/A",
    );
    expect(issuerHostPath("http://127.0.0.1:4566/oidc/id/A")).toBe("127.0.0.1:4566/oidc/id/A");
    expect(oidcProviderArn("aws-cn", ACCOUNT, "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/A")).toBe(
      `arn:aws-cn:iam::${ACCOUNT}:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/A`,
    );
  });

  test("the exporter is the service account that the seed's chart makes", () => {
    expect(SUBJECT).toBe("system:serviceaccount:nops:nops-container-insights");
    expect(WRITER_SERVICE_ACCOUNTS).toContain(EXPORTER_SERVICE_ACCOUNT);
  });
});

describe("the trust of a cluster's role", () => {
  test("lets the exporter's token in", async () => {
    expect(await assume({})).toBe("Allowed");
  });

  test.each([
    ["another service account", { sub: oidcSubject(AGENT_NAMESPACE, "default") }],
    [
      "the same service account of another namespace",
      { sub: oidcSubject("default", EXPORTER_SERVICE_ACCOUNT) },
    ],
    ["a name that begins with the exporter's", { sub: `${SUBJECT}-2` }],
    ["an audience other than STS", { aud: "https://kubernetes.default.svc" }],
  ])("keeps out %s", async (_case, token) => {
    expect(await assume(token)).not.toBe("Allowed");
  });

  test.each(["sub", "aud"] as const)("keeps out a token without %s", async (claim) => {
    expect(await assume({ [claim]: undefined })).not.toBe("Allowed");
  });

  test("keeps out another cluster's provider", async () => {
    expect(await assume({}, PROVIDER.replace("EXAMPLE", "ANOTHER"))).not.toBe("Allowed");
  });

  test("compares subject and audience exactly, under the issuer's own keys", () => {
    expect(TRUST.Statement).toHaveLength(1);
    expect(TRUST.Statement[0]?.Condition).toEqual({
      StringEquals: {
        [`${issuerHostPath(ISSUER)}:aud`]: ["sts.amazonaws.com"],
        [`${issuerHostPath(ISSUER)}:sub`]: [SUBJECT],
      },
    });
  });
});
