import { describe, expect, test } from "@jest/globals";
import { clusterRoleArn, DEFAULT_NAME_PREFIX } from "../../contract/names.ts";
import {
  AGENT_NAMESPACE,
  EXPORTER_SERVICE_ACCOUNT,
  podIdentityTrustPolicy,
  WRITER_SERVICE_ACCOUNTS,
} from "../../contract/workload-identity.ts";
import { cluster, PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const ANOTHER_ACCOUNT = "210987654321";
const TRUST = podIdentityTrustPolicy(ACCOUNT, PROD.arn);

/** What EKS sends for a pod of the exporter (EKS user guide, session tags of Pod Identity). */
const EXPORTER: Readonly<Record<string, string>> = {
  "aws:SourceAccount": ACCOUNT,
  "aws:RequestTag/eks-cluster-arn": PROD.arn,
  "aws:RequestTag/kubernetes-namespace": AGENT_NAMESPACE,
  "aws:RequestTag/kubernetes-service-account": EXPORTER_SERVICE_ACCOUNT,
};

function without(key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(EXPORTER).filter(([name]) => name !== key));
}

function ask(
  action: string,
  context: Readonly<Record<string, string>>,
  principal = "pods.eks.amazonaws.com",
): Promise<Decision> {
  return decide({
    action,
    resource: clusterRoleArn(DEFAULT_NAME_PREFIX, PROD),
    principal,
    resourcePolicy: TRUST,
    context,
  });
}

describe.each(["sts:AssumeRole", "sts:TagSession"])(
  "the trust of a Pod Identity cluster's role: %s",
  (action) => {
    test.each(WRITER_SERVICE_ACCOUNTS)("is allowed to a pod of service account %s", async (name) => {
      const context = { ...EXPORTER, "aws:RequestTag/kubernetes-service-account": name };
      expect(await ask(action, context)).toBe("Allowed");
    });

    test.each([
      ["another cluster", "aws:RequestTag/eks-cluster-arn", cluster("prod-2").arn],
      [
        "a cluster of the same name in another region",
        "aws:RequestTag/eks-cluster-arn",
        PROD.arn.replace("eu-west-1", "us-east-1"),
      ],
      ["another namespace", "aws:RequestTag/kubernetes-namespace", "default"],
      ["another service account", "aws:RequestTag/kubernetes-service-account", "default"],
      [
        "a service account whose name begins alike",
        "aws:RequestTag/kubernetes-service-account",
        `${EXPORTER_SERVICE_ACCOUNT}-2`,
      ],
      ["another account", "aws:SourceAccount", ANOTHER_ACCOUNT],
    ])("is denied to %s", async (_case, key, value) => {
      expect(await ask(action, { ...EXPORTER, [key]: value })).toBe("ImplicitlyDenied");
    });

    test.each(Object.keys(EXPORTER))("is denied without %s", async (key) => {
      expect(await ask(action, without(key))).toBe("ImplicitlyDenied");
    });

    test.each(["lambda.amazonaws.com", "ec2.amazonaws.com", `arn:aws:iam::${ACCOUNT}:role/administrator`])(
      "is denied to %s, whatever tags it sends",
      async (principal) => {
        expect(await ask(action, EXPORTER, principal)).toBe("ImplicitlyDenied");
      },
    );
  },
);

test("a Pod Identity role cannot be had by web identity", async () => {
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A`;
  expect(await ask("sts:AssumeRoleWithWebIdentity", {}, provider)).toBe("ImplicitlyDenied");
});
