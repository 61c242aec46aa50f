import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { TAG, WRITER_POLICY_NAME } from "../../../contract/names.ts";
import { AwsServer } from "../../fakes/aws-server.ts";
import { FakeAccount } from "../../fakes/fake-account.ts";
import { FakeAwsError } from "../../fakes/fake-iam.ts";
import { catchOutput, restoreOutput, runRoles } from "./run-roles.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

const RECORDED = join(import.meta.dirname, "../../../demo/recorded/account-inventory.json");
const ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

let account: FakeAccount;
let server: AwsServer;

async function explain(...flags: string[]): Promise<string> {
  return (await runRoles("explain", ...flags)).stdout;
}

async function explainRecorded(cluster: string): Promise<string> {
  return explain(cluster, "--inventory", RECORDED);
}

beforeEach(async () => {
  account = new FakeAccount();
  server = new AwsServer(account);
  catchOutput({ AWS_ENDPOINT_URL: await server.start() });
});

afterEach(async () => {
  restoreOutput();
  await server.stop();
});

describe("a cluster of a recorded account", () => {
  test("with a trust policy that somebody widened: says which condition differs, and how", async () => {
    const text = await explainRecorded("checkout-staging");
    expect(text).toContain("+ Does the cluster exist? it is listed and ACTIVE");
    expect(text).toContain("x Is everything as wanted? no: 1 difference");
    expect(text).toMatch(
      /trust policy: statement "AgentServiceAccounts": Condition\.StringLike\.\S+:sub is "system:serviceaccount:\*:\*", should not be there/,
    );
    expect(text).toContain("+ What does the guard say? go on: nothing would be deleted");
    expect(text).toContain(
      'Would update role "nops-container-cost-checkout-staging_eu-west-1": set the trust policy',
    );
    expect(process.exitCode).toBe(0);
  });

  test("that is gone for longer than the grace period: says each check that its role's deletion passed", async () => {
    const text = await explainRecorded("legacy-2024");
    expect(text).toContain(
      "x Does the cluster exist? no: it is not listed, and asked for by name it is not found",
    );
    expect(text).toContain("+ What does the guard say? delete it: its cluster is gone since 2026-11-20");
    expect(text.match(/^ {6}yes {2}/gm)).toHaveLength(5);
  });

  test("whose role is somebody else's: says why, and compares nothing", async () => {
    const text = await explainRecorded("payments");
    expect(text).toContain("x Is the role ours? no: it has no tag container-insights:managed-by");
    expect(text).not.toContain("Is everything as wanted?");
    expect(text).toContain("alone (conflict): a role of this name exists and is not ours");
  });

  test("in a region that could not be listed: knows nothing, and says so", async () => {
    const text = await explainRecorded("ap-southeast-2/prod");
    expect(text).toContain("? Is region ap-southeast-2 listed? no: AccessDenied");
    expect(text).toContain("? Is a role wanted? that cannot be said without its region");
    expect(text).toContain("Would do nothing");
  });

  test("is one object with --json", async () => {
    const explanation = JSON.parse(
      (await runRoles("--json", "explain", "data-platform", "--inventory", RECORDED)).stdout,
    );
    expect(explanation).toMatchObject({
      cluster: "arn:aws:eks:eu-west-1:123456789012:cluster/data-platform",
      result: ['Would create role "nops-container-cost-data-platform_eu-west-1": the cluster has no role'],
      pod: {
        identity: "irsa",
        chartValues: { "identity.mode": "irsa", "identity.roleArn": explanation.role },
      },
    });
    expect(explanation.steps).toContainEqual({
      question: "Is everything as wanted?",
      finding: "stop",
      answer: "no: the role is missing",
      details: [],
    });
  });
});

describe("a cluster of the account itself", () => {
  test.each([["eu-west-1/prod"], [ARN]])(
    "needs no --regions when named as %s, and is only read",
    async (name) => {
      account.addCluster("eu-west-1", "prod");
      const text = await explain(name);
      expect(text).toContain(ARN);
      expect(text).toContain("+ Is region eu-west-1 listed? yes, completely, with 1 cluster\n");
      expect(account.iam.writes).toEqual([]);
    },
  );

  test("as wanted: says so", async () => {
    account.addCluster("eu-west-1", "prod");
    await runRoles("apply", "--regions", "eu-west-1", "--yes");
    const text = await explain("eu-west-1/prod");
    expect(text).toContain("+ Is the role ours? yes, by path and tags");
    expect(text).toContain("+ Is everything as wanted? yes");
    expect(text).toContain("alone (unchanged): as wanted");
  });

  test("with every difference at once: says each", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    await runRoles("apply", "--regions", "eu-west-1", "--yes");
    const role = account.iam.role(name);
    role.boundary = undefined;
    role.inline.set("Extra", '{"Statement":[]}');
    role.inline.delete(WRITER_POLICY_NAME);
    role.attached.add("arn:aws:iam::aws:policy/ReadOnlyAccess");
    role.tags.set(TAG.orphanedSince, "2026-11-20T00:00:00Z");
    role.trust = "{}";
    const text = await explain("eu-west-1/prod");
    expect(text).toContain("x Is everything as wanted? no: 6 differences");
    expect(text).toContain('permissions boundary is missing, should be "arn:aws:iam::123456789012:policy/');
    expect(text).toMatch(/trust policy: a statement is missing: \{"Sid":"AgentServiceAccounts"/);
    expect(text).toContain(`inline policy "${WRITER_POLICY_NAME}": there is none`);
    expect(text).toContain('inline policy "Extra" should not be there: {"Statement":[]}');
    expect(text).toContain('policy "arn:aws:iam::aws:policy/ReadOnlyAccess" should not be attached');
    expect(text).toContain(`tag ${TAG.orphanedSince} is "2026-11-20T00:00:00Z", should not be there`);
  });

  test("that has no OIDC provider: says which one is missing", async () => {
    account.addCluster("eu-west-1", "prod");
    account.iam.providers.clear();
    const text = await explain("eu-west-1/prod");
    expect(text).toContain("web identity) no: the account has no IAM OIDC provider of its issuer");
    expect(text).toContain(
      "provider arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/PROD0",
    );
    expect(text).toContain("x Is a role wanted? not now (waiting)");
  });

  test("that is being made, is excluded, or cannot be described: says which", async () => {
    account.addCluster("eu-west-1", "new", { status: "CREATING" });
    account.addCluster("eu-west-1", "dev-1");
    account.addCluster("eu-west-1", "dark");
    account
      .eks("eu-west-1")
      .describeFailures.set("dark", new FakeAwsError("AccessDeniedException", "no", 403));
    expect(await explain("eu-west-1/new")).toContain("x Does the cluster exist? it is listed and CREATING");
    expect(await explain("eu-west-1/dev-1", "--cluster-exclude", "dev-*")).toContain(
      'x Is it selected? excluded by cluster_exclude "dev-*"',
    );
    expect(await explain("eu-west-1/dark")).toContain(
      "? Does the cluster exist? it is listed and UNREADABLE: AccessDenied: no",
    );
  });

  test("that is gone: says that the grace period begins, and when it ends", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    await runRoles("apply", "--regions", "eu-west-1", "--yes");
    account.eks("eu-west-1").clusters.delete("prod");
    expect(await explain("eu-west-1/prod")).toContain(
      "not at once: its cluster is gone; the role is deleted in 24 h",
    );
    account.iam.role(name).tags.set(TAG.orphanedSince, new Date().toISOString());
    expect(await explain("eu-west-1/prod")).toMatch(
      /not yet: its cluster is gone; the grace period ends at 20/,
    );
    account
      .eks("eu-west-1")
      .describeFailures.set("prod", new FakeAwsError("AccessDeniedException", "no", 403));
    expect(await explain("eu-west-1/prod")).toMatch(
      /no {3}the cluster is not listed, and not found when asked for: its cluster could not be asked for/,
    );
  });

  test("whose role is the former bucket's: says that it is taken over, or without the flag that it is not ours", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    await account.reconcile({ bucket: "before" });
    expect(await explain("eu-west-1/prod")).toContain('it belongs to the deployment "before"');
    const text = await explain("eu-west-1/prod", "--former-bucket", "before");
    expect(text).toContain('+ Is the role ours? it is taken over: the deployment\'s bucket was "before"');
    expect(text).toContain(`Would adopt role "${name}"`);
    expect(text).toContain(`Would update role "${name}"`);
  });

  test("whose association is the former bucket's: says so, and that it is taken over", async () => {
    account.addCluster("eu-west-1", "prod");
    await account.reconcile({ bucket: "before", podIdentityClusters: ["prod"] });
    const flags = ["eu-west-1/prod", "--pod-identity-clusters", "prod"];
    expect(await explain(...flags)).toMatch(/ has arn:aws:iam::\S+ \(\S+, not ours\)/);
    const text = await explain(...flags, "--former-bucket", "before");
    expect(text).toMatch(/ has arn:aws:iam::\S+ \(\S+, the former bucket's\)/);
    expect(text).toContain('take over the association of service account "nops-container-insights"');
  });

  test("whose role name is taken at another path: says that the role cannot be made", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    account.iam.addRole({ name, path: "/team/" });
    const text = await explain("eu-west-1/prod");
    expect(text).toContain('there is one at path "/team/", not at /nops-container-cost/');
    expect(text).toContain(`Conflict: the role "${name}" cannot be made; rename or remove`);
  });

  test("with Pod Identity: says which service account has which role, and what the pods need", async () => {
    account.addCluster("eu-west-1", "prod");
    const flags = ["--pod-identity-clusters", "prod"];
    const before = await explain("eu-west-1/prod", ...flags);
    expect(before).toContain('Which service accounts have a role? (Pod Identity) 0 in namespace "nops"');
    expect(before).toContain('to do: associate service account "nops-container-insights"');
    await runRoles("apply", "--regions", "eu-west-1", ...flags, "--yes");
    const after = await explain("eu-west-1/prod", ...flags);
    expect(after).toMatch(/service account "nops-container-insights" has arn:aws:iam::\S+ \(\S+, ours\)/);
    expect(after).toContain("+ Is everything as wanted? yes");
    expect(after).toContain("chart values: identity.mode=podIdentity\n");
  });
});

describe("a cluster that cannot be told", () => {
  test("is an error with the near names", async () => {
    await expect(explainRecorded("chekout-prod")).rejects.toThrow(
      'There is no cluster "chekout-prod" in eu-west-1, us-east-1, ap-southeast-2, and no role of the deployment names it; did you mean "eu-west-1/checkout-prod" or "us-east-1/checkout-prod"?; ap-southeast-2 could not be listed: name a cluster there as ap-southeast-2/chekout-prod',
    );
    await expect(explainRecorded("eu-west-1/zzzzzzzzz")).rejects.toThrow(
      /in eu-west-1, and no role .* look at --regions and at the credentials' account 123456789012/,
    );
  });

  test("is asked about when two regions have the name", async () => {
    await expect(explainRecorded("checkout-prod")).rejects.toThrow(
      'There are 2 clusters "checkout-prod"; say which: "eu-west-1/checkout-prod" or "us-east-1/checkout-prod"',
    );
  });

  test("is refused when it is another account's", async () => {
    await expect(explainRecorded("arn:aws:eks:eu-west-1:999999999999:cluster/checkout-prod")).rejects.toThrow(
      /is in account 999999999999, but the deployment is in 123456789012/,
    );
  });

  test.each([["a.b"], ["moon/prod"], ["eu-west-1/a/b"], ["arn:aws:s3:::bucket"], ["-x"]])(
    "%s is no name, said with every other problem",
    async (name) => {
      const text = `"${name}" ${name.startsWith("arn") ? "is not an EKS cluster ARN" : "names no cluster"}`;
      await expect(explain("--max-deletes-per-run", "x", "--", name)).rejects.toThrow(text);
      await expect(explain("--max-deletes-per-run", "x", "--", name)).rejects.toThrow(
        /--regions is missing; .*name the cluster as eu-west-1\/prod[^]*--max-deletes-per-run "x"/,
      );
    },
  );
});
