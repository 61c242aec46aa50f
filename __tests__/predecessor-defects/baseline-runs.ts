import { expect } from "@jest/globals";
import { WRITER_POLICY_NAME } from "../../contract/names.ts";
import { clusterPrefix } from "../../contract/object-keys.ts";
import type { PolicyDocument } from "../../contract/policy-document.ts";
import { ACCOUNT, deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";
import { cluster } from "../support/clusters.ts";
import { decide, type Decision } from "../support/decide.ts";
import type { Regression } from "./regression.ts";
import { addProd, assume } from "./trusts.ts";

/** No grace period and no brake: whatever a run takes for an orphan goes at once. */
const AT_ONCE = { orphanGraceHours: 0, maxDeletesPerRun: 5000 };

async function regionsThatFail(): Promise<void> {
  for (const code of ["ThrottlingException", "AccessDeniedException", "UnrecognizedClientException"]) {
    const account = new FakeAccount();
    account.addCluster("eu-west-1", "prod");
    account.addCluster("us-east-1", "prod");
    await account.reconcile();
    account.eks("us-east-1").failure = new FakeAwsError(code, "no");
    account.iam.forgetCalls();
    expect(await account.reconcile(AT_ONCE)).toMatchObject({ status: "partial", counts: { held: 1 } });
    expect(account.iam.writes).toEqual([]);
  }
}

async function clustersPastTheFirstPage(): Promise<void> {
  const account = new FakeAccount();
  for (let index = 0; index < 150; index++) account.addCluster("eu-west-1", `c-${index}`);
  await account.reconcile();
  account.iam.forgetCalls();
  expect((await account.reconcile(AT_ONCE)).counts).toEqual({ unchanged: 150 });

  const eks = account.eks("eu-west-1");
  const list = eks.listClusters.bind(eks);
  eks.listClusters = async (input) => {
    if (input.nextToken !== undefined) throw new FakeAwsError("ServerException", "no second page", 500);
    return list(input);
  };
  expect((await account.reconcile(AT_ONCE)).counts).toEqual({ held: 150 });
  expect(account.iam.writes).toEqual([]);
}

async function regionTakenOut(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("us-east-1", "prod");
  await account.reconcile();
  account.eks("us-east-1").clusters.clear();
  account.iam.forgetCalls();
  const report = await account.reconcile({ regions: ["eu-west-1"], ...AT_ONCE });
  expect(account.iam.writes).toEqual([]);
  const reason = "region us-east-1 is not in include_regions; put it back, or delete the role by hand";
  expect(report.notes).toMatchObject([{ kind: "held", role: name, reason }]);
}

async function twoDeployments(): Promise<void> {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  account.addCluster("us-east-1", "prod");
  const similar = account.iam.addRole({ name: "nops-container-cost-gone_eu-west-1" });
  const europe = { regions: ["eu-west-1"], ...AT_ONCE };
  // The two home regions of one prefix: its path is shared, and only the tags tell the roles apart.
  const america = { regions: ["us-east-1"], bucket: "bucket-of-the-other", ...AT_ONCE };
  await account.reconcile(europe);
  await account.reconcile(america);
  account.iam.forgetCalls();

  expect((await account.reconcile(europe)).counts).toEqual({ unchanged: 1, foreign: 1 });
  expect((await account.reconcile(america)).counts).toEqual({ unchanged: 1, foreign: 1 });
  expect(account.iam.writes).toEqual([]);
  expect(account.iam.role(similar.name)).toBe(similar);
}

async function halfMadeRole(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod", { issuerId: "OLD" });
  account.iam.fault = (call) =>
    call === "putRolePolicy" ? new FakeAwsError("MalformedPolicyDocumentException", "no") : undefined;
  await account.reconcile();
  expect(account.iam.role(name).inline.size).toBe(0);

  account.iam.fault = () => undefined;
  account.addCluster("eu-west-1", "prod", { issuerId: "NEW" });
  expect((await account.reconcile()).counts).toEqual({ update: 1 });
  expect([...account.iam.role(name).inline.keys()]).toEqual([WRITER_POLICY_NAME]);
  expect(account.iam.role(name).trust).toContain("/id/NEW");
}

async function audienceAndIssuer(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod", { issuerId: "A" });
  await account.reconcile();
  const { trust } = account.iam.role(name);
  const issuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/A";
  const sub = "system:serviceaccount:nops:nops-container-insights";
  expect(await assume(trust, issuer, { sub, aud: "sts.amazonaws.com" })).toBe("Allowed");
  expect(await assume(trust, issuer, { sub, aud: "https://kubernetes.default.svc" })).toBe(
    "ImplicitlyDenied",
  );
  expect(await assume(trust, issuer, { sub })).toBe("ImplicitlyDenied");

  const china = new FakeAccount();
  const host = "oidc.eks.cn-north-1.amazonaws.com.cn/id/B";
  const given = { region: "cn-north-1", issuer: `https://${host}`, partition: "aws-cn" };
  china.iam.providers.add(addProd(china, given).providerArn);
  await china.reconcile({ partition: "aws-cn", regions: ["cn-north-1"] });
  const [role] = china.iam.roles.values();
  const Federated = `arn:aws-cn:iam::${ACCOUNT}:oidc-provider/${host}`;
  expect(JSON.parse(role?.trust ?? "")).toMatchObject({ Statement: [{ Principal: { Federated } }] });
}

async function missingProvider(): Promise<void> {
  const account = new FakeAccount();
  const issuer = account.eks("eu-west-1").addCluster("prod");
  expect((await account.reconcile()).counts).toEqual({ waiting: 1 });
  expect(account.iam.writes).toEqual([]);
  account.iam.providers.add(`arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.replace("https://", "")}`);
  expect((await account.reconcile()).counts).toEqual({ create: 1 });
}

async function ownPrefixOnly(): Promise<void> {
  const account = new FakeAccount();
  const name = account.addCluster("eu-west-1", "prod");
  await account.reconcile();
  const identityPolicy = JSON.parse(
    account.iam.role(name).inline.get(WRITER_POLICY_NAME) ?? "",
  ) as PolicyDocument;
  const bucket = `arn:aws:s3:::${deployment().bucket}`;
  const can = (action: string, of: string): Promise<Decision> => {
    const resource = `${bucket}/${clusterPrefix("container-insights", cluster(of))}/x.parquet`;
    return decide({ identityPolicy, action, resource });
  };
  for (const action of ["s3:PutObject", "s3:GetObject"]) {
    expect(await can(action, "prod")).toBe("Allowed");
    expect(await can(action, "prod-2")).toBe("ImplicitlyDenied");
  }
  expect(await decide({ identityPolicy, action: "s3:ListBucket", resource: bucket })).toBe(
    "ImplicitlyDenied",
  );
}

async function deleteConflict(): Promise<void> {
  for (const ending of ["orphan", "destroy"]) {
    const account = new FakeAccount();
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile();
    account.iam.role(name).attached.add("arn:aws:iam::aws:policy/AdministratorAccess");
    account.iam.role(name).inline.set("more", "{}");
    account.eks("eu-west-1").clusters.clear();
    const report = await (ending === "orphan" ? account.reconcile(AT_ONCE) : account.destroy());
    expect(report).toMatchObject({ status: "ok", counts: { delete: 1 } });
    expect(account.iam.roles.size).toBe(0);
  }
}

/** What the baseline's Lambda did wrong in a run. */
export const BASELINE_RUNS: readonly Regression[] = [
  {
    list: "baseline",
    item: 1,
    theirs: "deletes every role of a region that cannot be listed",
    ours: "holds the roles of a region that is throttled, denied or disabled",
    holds: regionsThatFail,
  },
  {
    list: "baseline",
    item: 2,
    theirs: "deletes the roles of clusters past the first page",
    ours: "reads all pages, and holds every role when one of them fails",
    holds: clustersPastTheFirstPage,
  },
  {
    list: "baseline",
    item: 3,
    theirs: "deletes the roles of a region taken out of the list, without a word",
    ours: "holds the roles of a region taken out of the list, and says what to do",
    holds: regionTakenOut,
  },
  {
    list: "baseline",
    item: 4,
    theirs: "takes every role whose name begins like its own, another deployment's too",
    ours: "takes roles of its path that carry its tags, so that two deployments live in one account",
    holds: twoDeployments,
  },
  {
    list: "baseline",
    item: 5,
    theirs: "never changes a role that exists, though its issuer is dead or its policy missing",
    ours: "completes a half-made role and trusts the new issuer",
    holds: halfMadeRole,
  },
  {
    list: "baseline",
    item: 6,
    theirs: "asks for no audience, and makes up the issuer's host and partition",
    ours: "lets in tokens for STS only, and takes issuer and partition as they are",
    holds: audienceAndIssuer,
  },
  {
    list: "baseline",
    item: 7,
    theirs: "makes a role whose OIDC provider does not exist",
    ours: "waits for a missing OIDC provider, and makes the role in the run after it appears",
    holds: missingProvider,
  },
  {
    list: "baseline",
    item: 8,
    theirs: "lets each cluster read and write the whole bucket",
    ours: "lets a cluster read and write below its own prefix and nowhere else",
    holds: ownPrefixOnly,
  },
  {
    list: "baseline",
    item: 10,
    theirs: "leaves managed policies attached, and never gets past DeleteConflict",
    ours: "takes off whatever is attached or inline, and deletes the role",
    holds: deleteConflict,
  },
];
