import { expect, test } from "@jest/globals";
import { reconcile } from "../../lambda-src/reconcile/reconcile.ts";
import { settlingPorts } from "../../lambda-src/reconcile/settling-ports.ts";
import { deployment, FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

// A role's policy that Terraform put a moment ago counts only after seconds.

const START = new Date("2026-11-24T06:00:00Z").getTime();

function elapsed(account: FakeAccount): number {
  return account.now.getTime() - START;
}

/** Denies every read of roles, providers and clusters until `milliseconds` have passed. */
function denyFor(account: FakeAccount, milliseconds: number): void {
  const denied = () =>
    elapsed(account) < milliseconds
      ? new FakeAwsError("AccessDeniedException", "not settled", 403)
      : undefined;
  account.iam.fault = denied;
  const eks = account.eks("eu-west-1");
  const list = eks.listClusters.bind(eks);
  eks.listClusters = async (input) => {
    const error = denied();
    if (error) throw error;
    return list(input);
  };
}

function firstRun(account: FakeAccount, podIdentityClusters: readonly string[] = []) {
  const ports = settlingPorts(account.ports());
  return reconcile(deployment({ regions: ["eu-west-1"], podIdentityClusters }), ports);
}

/** Denies these calls, of IAM and of EKS, until `milliseconds` have passed. */
function denyCallsFor(account: FakeAccount, milliseconds: number, denied: readonly string[]): void {
  account.intercept = (calls) =>
    new Proxy(calls, {
      get(target, name) {
        if (denied.includes(String(name)) && elapsed(account) < milliseconds) {
          const code = String(name).includes("PodIdentity") ? "AccessDeniedException" : "AccessDenied";
          return () => Promise.reject(new FakeAwsError(code, "not settled", 403));
        }
        const call: unknown = Reflect.get(target, name);
        return typeof call === "function" ? call.bind(target) : call;
      },
    });
}

test("permissions that take 9 seconds to settle delay the first run, and it makes the roles", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  denyFor(account, 9_000);

  expect(await firstRun(account)).toMatchObject({ status: "ok", counts: { create: 1 } });
  expect(elapsed(account)).toBeGreaterThanOrEqual(9_000);
});

test("after 30 seconds of denial the first run gives up with the denial", async () => {
  const account = new FakeAccount();
  denyFor(account, 3_600_000);

  await expect(firstRun(account)).rejects.toThrow("not settled");
  expect(elapsed(account)).toBeGreaterThan(20_000);
  expect(elapsed(account)).toBeLessThanOrEqual(30_000);
});

test("a cluster that is denied for good costs the 30 seconds once, and the rest is done", async () => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "fine");
  for (const cluster of ["x", "y", "z"]) {
    account.addCluster("eu-west-1", cluster);
    account.eks("eu-west-1").describeFailures.set(cluster, new FakeAwsError("AccessDeniedException", "no"));
  }

  expect(await firstRun(account)).toMatchObject({ status: "partial", counts: { create: 1, kept: 3 } });
  expect(elapsed(account)).toBeLessThanOrEqual(30_000);
});

test.each([
  ["a first association", ["createPodIdentityAssociation"], ["prod"]],
  ["a new boundary", ["createRole"], []],
  ["a role's policy", ["putRolePolicy"], []],
])("a right to %s that takes 9 seconds to settle delays the run, and it is done", async (_, denied, pods) => {
  const account = new FakeAccount();
  account.addCluster("eu-west-1", "prod");
  denyCallsFor(account, 9_000, denied);

  expect(await firstRun(account, pods)).toMatchObject({ status: "ok", counts: { create: 1 } });
  expect(elapsed(account)).toBeGreaterThanOrEqual(9_000);
});

test("writes that are denied for good cost the 30 seconds once, with the reads, and fail each by itself", async () => {
  const account = new FakeAccount();
  for (const cluster of ["x", "y", "z"]) account.addCluster("eu-west-1", cluster);
  account.eks("eu-west-1").describeFailures.set("x", new FakeAwsError("AccessDeniedException", "no"));
  denyCallsFor(account, 3_600_000, ["createRole"]);

  expect(await firstRun(account)).toMatchObject({ status: "failed", counts: { failed: 2, kept: 1 } });
  expect(elapsed(account)).toBeGreaterThan(20_000);
  expect(elapsed(account)).toBeLessThanOrEqual(30_000);
});

test("a report that is denied for 9 seconds, as by a new key, is kept in the end", async () => {
  const account = new FakeAccount();
  const ports = account.ports();
  const write = async (report: unknown) => {
    if (elapsed(account) < 9_000) throw new FakeAwsError("AccessDenied", "not settled", 403);
    return ports.reports.write(report);
  };
  const reports = { ...ports.reports, write };

  expect(await reconcile(deployment(), settlingPorts({ ...ports, reports }))).toMatchObject({ status: "ok" });
  expect(account.report).toMatchObject({ status: "ok" });
});

test("any other error is not waited for, and a run without these ports waits for nothing", async () => {
  const account = new FakeAccount();
  account.eks("eu-west-1").failure = new FakeAwsError("UnrecognizedClientException", "no", 403);
  expect(await firstRun(account)).toMatchObject({ status: "failed" });

  denyFor(account, 9_000);
  await expect(account.reconcile({ regions: ["eu-west-1"] })).rejects.toThrow("not settled");
  expect(elapsed(account)).toBe(0);
});
