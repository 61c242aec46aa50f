import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { handler as manageRoles } from "../../lambda-src/role-management.ts";
import { SCHEDULED_EVENT } from "../e2e/account/invoke.ts";
import type { FakeAccount } from "../fakes/fake-account.ts";
import { clusterEvent } from "../support/cluster-events.ts";
import { openLambdaEnvironment, type LambdaEnvironment } from "../support/lambda-environment.ts";

// A busy machine is no failure.
jest.setTimeout(60_000);

let account: FakeAccount;
let lines: LambdaEnvironment["lines"];
let context: LambdaEnvironment["context"];
let report: LambdaEnvironment["report"];
let close: LambdaEnvironment["close"];

beforeEach(async () => {
  // As soon as a cluster is gone its role goes: nothing but the evidence stands between a hint and a deletion.
  const settings = { ORPHAN_GRACE_HOURS: "0" };
  ({ account, lines, context, report, close } = await openLambdaEnvironment("us-east-1", settings));
});

afterEach(() => close());

describe("a hint of CloudTrail's", () => {
  test("starts a full run, and log and report say which it was", async () => {
    account.addCluster("eu-west-1", "prod");
    account.addCluster("us-east-1", "shop");
    const trigger = { event: "CreateCluster", region: "eu-west-1", cluster: "prod" };

    expect(await manageRoles(clusterEvent("CreateCluster"), context)).toMatchObject({
      status: "ok",
      counts: { create: 2 },
    });
    expect(report()).toMatchObject({ trigger });
    const told = lines.filter(({ message }) => message === "Run started" || message === "Run finished");
    expect(told).toMatchObject([{ trigger }, { trigger }]);
  });

  test("that comes twice changes nothing the second time", async () => {
    account.addCluster("eu-west-1", "prod");
    await manageRoles(clusterEvent("CreateCluster"), context);
    account.iam.forgetCalls();

    expect(await manageRoles(clusterEvent("CreateCluster"), context)).toEqual({
      status: "ok",
      counts: { unchanged: 1 },
      problems: [],
    });
    expect(account.iam.writes).toEqual([]);
  });

  test("that comes twice at once makes one role", async () => {
    const name = account.addCluster("eu-west-1", "prod");
    const event = clusterEvent("CreateOpenIDConnectProvider");
    await Promise.all([manageRoles(event, context), manageRoles(event, context)]);
    expect([...account.iam.roles.keys()]).toHaveLength(1);
    expect(account.iam.role(name).inline.size).toBe(1);

    account.iam.forgetCalls();
    expect(await manageRoles(SCHEDULED_EVENT, context)).toMatchObject({ counts: { unchanged: 1 } });
    expect(account.iam.writes).toEqual([]);
  });

  test("of a cluster that is not ready makes no role; that of its OIDC provider does", async () => {
    const name = account.addCluster("eu-west-1", "prod", { status: "CREATING" });
    const providers = [...account.iam.providers];
    account.iam.providers.clear();
    expect(await manageRoles(clusterEvent("CreateCluster"), context)).toMatchObject({ status: "ok" });
    expect(account.iam.writes).toEqual([]);

    account.addCluster("eu-west-1", "prod", { status: "ACTIVE" });
    for (const provider of providers) account.iam.providers.add(provider);
    await manageRoles(clusterEvent("CreateOpenIDConnectProvider"), context);
    expect(account.iam.role(name).inline.size).toBe(1);
  });
});

describe("a hint that a cluster was deleted", () => {
  test.each(["ACTIVE", "UPDATING", "FAILED", "DELETING"])(
    "deletes nothing while EKS still answers for it, as %s: it may be forged",
    async (status) => {
      const name = account.addCluster("eu-west-1", "prod");
      await manageRoles(SCHEDULED_EVENT, context);
      account.iam.forgetCalls();
      account.addCluster("eu-west-1", "prod", { status });

      const { counts } = await manageRoles(clusterEvent("DeleteCluster"), context);
      expect(counts).not.toHaveProperty("delete");
      expect(account.iam.writes).toEqual([]);
      expect(account.iam.role(name).name).toBe(name);
    },
  );

  test("deletes the role once EKS no longer knows the cluster", async () => {
    account.addCluster("eu-west-1", "prod");
    await manageRoles(SCHEDULED_EVENT, context);
    account.eks("eu-west-1").clusters.delete("prod");

    expect(await manageRoles(clusterEvent("DeleteCluster"), context)).toMatchObject({
      counts: { delete: 1 },
    });
    expect(account.iam.roles.size).toBe(0);
  });
});
