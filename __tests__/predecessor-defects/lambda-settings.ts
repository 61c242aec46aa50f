import { expect } from "@jest/globals";
import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import {
  AGENT_NAMESPACE,
  EXPORTER_SERVICE_ACCOUNT,
  POD_IDENTITY_SERVICE,
} from "../../contract/workload-identity.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { ACCOUNT, FakeAccount } from "../fakes/fake-account.ts";
import { decide } from "../support/decide.ts";
import { withLambdas } from "./lambda-in-process.ts";
import type { Regression } from "./regression.ts";
import { block, executionPolicy, STACK } from "./stack.ts";
import { addProd } from "./trusts.ts";

async function providerOfThePartition(): Promise<void> {
  const account = new FakeAccount();
  const region = "us-gov-west-1";
  const issuer = "https://oidc.eks.us-gov-west-1.amazonaws.com/id/A";
  const { providerArn } = addProd(account, { region, issuer, partition: "aws-us-gov" });
  const settings = { partition: "aws-us-gov", regions: [region] };

  const waiting = await account.reconcile(settings);
  expect(account.iam.roles.size).toBe(0);
  expect(waiting.notes[0]?.reason).toBe(
    `the account has no IAM OIDC provider for "${issuer}"; create it to let pods assume a role`,
  );

  account.iam.providers.add(providerArn);
  expect((await account.reconcile(settings)).counts).toEqual({ create: 1 });
  const [role] = account.iam.roles.values();
  expect(providerArn).toMatch(/^arn:aws-us-gov:/);
  expect(JSON.parse(role?.trust ?? "")).toMatchObject({
    Statement: [{ Principal: { Federated: providerArn } }],
  });
  expect(role?.inline.get(WRITER_POLICY_NAME)).toContain('"arn:aws-us-gov:s3:::');
}

async function settingsAndDifferences(): Promise<void> {
  const account = new FakeAccount();
  const names = ["a", "b", "c"].map((name) => account.addCluster("us-east-1", name));
  const eks = account.eks("us-east-1");
  const list = eks.listClusters.bind(eks);
  let listings = 0;
  eks.listClusters = (input) => {
    listings += 1;
    return list(input);
  };
  await withLambdas(account, { INCLUDE_REGIONS: " eu-west-1 , us-east-1 " }, async ({ apply, scheduled }) => {
    expect(await apply("create")).toMatchObject({ counts: { create: 3 } });
    // Once a run, and not once for each role that is missing.
    expect(listings).toBe(1);
    const role = account.iam.role(names[0] ?? "");
    const policy = role.inline.get(WRITER_POLICY_NAME) ?? "";
    role.inline.set(WRITER_POLICY_NAME, policy.replace("s3:PutObject", "s3:DeleteObject"));
    expect(await scheduled()).toMatchObject({ counts: { update: 1, unchanged: 2 } });
    expect(role.inline.get(WRITER_POLICY_NAME)).toBe(policy);
  });
  const regions = { identityPolicy: executionPolicy(), action: "ec2:DescribeRegions", resource: "*" };
  expect(await decide(regions)).toBe("ImplicitlyDenied");
}

function noSecretInTheEnvironment(): void {
  const settings = Object.entries(STACK.locals["reconciler_settings"] as Record<string, string>);
  for (const id of ["role_creation", "role_management"]) {
    const environment = block(`aws_lambda_function.${id}`)["environment"];
    expect(environment).toEqual({ variables: "${local.reconciler_settings}" });
  }
  expect(settings.length).toBeGreaterThan(5);
  for (const [name, value] of settings) {
    expect(name).not.toMatch(/TOKEN|SECRET|PASSWORD|CREDENTIAL|API|ACCESS/);
    // Variables and locals only: nothing that a resource made, as an access key.
    const read = [...value.matchAll(/\b(?:var|local)\.(\w+)/g)].map(([, variable = ""]) => variable);
    expect(value).not.toMatch(/\b(aws_\w+|data)\./);
    for (const variable of read) expect(STACK.variable[variable]?.["sensitive"]).toBeUndefined();
  }
  expect(STACK.resource).not.toHaveProperty("aws_iam_access_key");
}

async function oneListingBelowThePath(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  for (let index = 0; index < 950; index++) account.iam.addRole({ name: `application-${index}` });
  await account.reconcile();
  account.iam.forgetCalls();
  await account.reconcile();
  expect(account.iam.calls.filter(({ call }) => call === "listRoles")).toHaveLength(1);
  const asked = account.iam.calls.flatMap(({ role }) => role ?? []);
  expect(new Set(asked)).toEqual(new Set([name]));
}

async function podIdentity(): Promise<void> {
  const account = new FakeAccount();
  const name = account.roleName("eu-west-1", "pods");
  account.eks("eu-west-1").addCluster("pods");
  expect(account.iam.providers.size).toBe(0);
  expect(await account.reconcile({ podIdentityClusters: ["pods"] })).toMatchObject({ status: "ok" });

  const roleArn = `arn:aws:iam::${ACCOUNT}:role/nops-container-cost/${name}`;
  const clusterName = "pods";
  const serviceAccount = EXPORTER_SERVICE_ACCOUNT;
  const associations = [...account.eks("eu-west-1").podIdentity.associations.values()];
  expect(associations).toMatchObject([{ clusterName, namespace: AGENT_NAMESPACE, serviceAccount, roleArn }]);
  const pod = {
    "aws:SourceAccount": ACCOUNT,
    "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/pods`,
    "aws:RequestTag/kubernetes-namespace": AGENT_NAMESPACE,
    "aws:RequestTag/kubernetes-service-account": serviceAccount,
  };
  const resourcePolicy = JSON.parse(account.iam.role(name).trust) as PolicyDocument;
  const request = { action: "sts:AssumeRole", resource: roleArn, principal: POD_IDENTITY_SERVICE };
  expect(await decide({ ...request, resourcePolicy, context: pod })).toBe("Allowed");
}

async function issuerOfSchemeLetters(): Promise<void> {
  const account = new FakeAccount();
  // Both ends are of the letters of "https://", which a trim by characters eats.
  const host = "spot.eks.example/id/http";
  const { providerArn } = addProd(account, { region: "eu-west-1", issuer: `https://${host}` });
  account.iam.providers.add(providerArn);
  expect((await account.reconcile()).counts).toEqual({ create: 1 });
  const { trust } = account.iam.role(account.roleName("eu-west-1", "prod"));
  const Federated = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;
  const StringEquals = { [`${host}:aud`]: ["sts.amazonaws.com"] };
  expect(JSON.parse(trust)).toMatchObject({
    Statement: [{ Principal: { Federated }, Condition: { StringEquals } }],
  });
}

/** What the predecessor's Lambdas did wrong with identity, settings and reads. */
export const LAMBDA_SETTINGS: readonly Regression[] = [
  {
    list: "lambda",
    item: 7,
    theirs: "trusts OIDC providers that do not exist, and writes the partition aws into every ARN",
    ours: "waits for a missing OIDC provider, and builds every ARN with the partition that it runs in",
    holds: providerOfThePartition,
  },
  {
    list: "lambda",
    item: 8,
    theirs:
      "takes blanks for a part of a region, adds policies but never corrects them, and asks EC2 for each role",
    ours: "trims the list of regions, puts an edited policy back, and lists a region once a run without asking EC2",
    holds: settingsAndDifferences,
  },
  {
    list: "lambda",
    item: 9,
    theirs: "keeps an API token in the plain environment of its Lambda",
    ours: "has nothing in the environment but settings that are no secret, and makes no access key",
    holds: noSecretInTheEnvironment,
  },
  {
    list: "lambda",
    item: 10,
    theirs: "scans all roles of the account in each run",
    ours: "lists its own path only, in one page, and asks about its own roles only",
    holds: oneListingBelowThePath,
  },
  {
    list: "lambda",
    item: 11,
    theirs: "does not know EKS Pod Identity",
    ours: "gives a cluster of pod_identity_clusters role, trust and association, without an OIDC provider",
    holds: podIdentity,
  },
  {
    list: "lambda",
    item: 12,
    theirs: "trims the letters of https:// off both ends of the issuer",
    ours: "takes the scheme off an issuer, and nothing else",
    holds: issuerOfSchemeLetters,
  },
];
