import { describe, expect, test } from "@jest/globals";
import {
  clusterRoleArn,
  DEFAULT_NAME_PREFIX,
  deploymentNames,
  MANAGED_BY,
  TAG,
} from "../../contract/names.ts";
import {
  associationRetirementStatements,
  associationStatements,
} from "../../contract/policies/pod-identity-policy.ts";
import { policyDocument } from "../../contract/policy-document.ts";
import { PROD } from "../support/clusters.ts";
import { ACCOUNT, decide, type Decision } from "../support/decide.ts";

const { bucket, rolePath } = deploymentNames(DEFAULT_NAME_PREFIX, ACCOUNT);
const SCOPE = { partition: "aws", account: ACCOUNT, bucketName: bucket, rolePath };
const POLICY = policyDocument(...associationRetirementStatements(SCOPE), ...associationStatements(SCOPE));
const ASSOCIATION = `arn:aws:eks:eu-west-1:${ACCOUNT}:podidentityassociation/prod/a-0123456789abcdef0`;
const ANOTHERS = "another-123456789012";

type Context = Readonly<Record<string, string>>;

function tags(kind: string, deployment = bucket): Context {
  return { [`aws:${kind}/${TAG.managedBy}`]: MANAGED_BY, [`aws:${kind}/${TAG.deployment}`]: deployment };
}

function can(action: string, resource: string, context: Context): Promise<Decision> {
  return decide({ identityPolicy: POLICY, action, resource, context });
}

describe.each([
  ["eks:CreatePodIdentityAssociation", PROD.arn, "RequestTag"],
  ["eks:TagResource", ASSOCIATION, "RequestTag"],
  ["eks:UpdatePodIdentityAssociation", ASSOCIATION, "ResourceTag"],
  ["eks:DeletePodIdentityAssociation", ASSOCIATION, "ResourceTag"],
])("%s", (action, resource, kind) => {
  test("is allowed with the tags of this deployment", async () => {
    expect(await can(action, resource, tags(kind))).toBe("Allowed");
  });

  test("is refused without them, and with another deployment's", async () => {
    expect(await can(action, resource, {})).toBe("ImplicitlyDenied");
    expect(await can(action, resource, tags(kind, ANOTHERS))).toBe("ImplicitlyDenied");
  });
});

describe("a role", () => {
  const role = clusterRoleArn(DEFAULT_NAME_PREFIX, PROD);
  const pass = (resource: string, service: string): Promise<Decision> =>
    can("iam:PassRole", resource, { "iam:PassedToService": service });

  test("of the path is passed to Pod Identity, and to no other service", async () => {
    expect(await pass(role, "pods.eks.amazonaws.com")).toBe("Allowed");
    expect(await pass(role, "ec2.amazonaws.com")).toBe("ImplicitlyDenied");
  });

  test("outside the path is passed to nobody", async () => {
    const administrator = `arn:aws:iam::${ACCOUNT}:role/administrator`;
    expect(await pass(administrator, "pods.eks.amazonaws.com")).toBe("ImplicitlyDenied");
  });
});
