import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import { observe } from "../../lambda-src/reconcile/observe.ts";
import { deployment, FakeAccount } from "./fake-account.ts";
import { FakeAwsError } from "./fake-iam.ts";

const SETTINGS = { regions: ["eu-west-1", "us-east-1", "ap-southeast-2"] };

/** An account in which every kind of thing the reconciler meets has happened once. */
async function demoAccount(): Promise<FakeAccount> {
  const account = new FakeAccount();
  account.now = new Date("2026-11-20T04:00:00Z");
  account.addCluster("eu-west-1", "checkout-prod", { issuerId: "5C1E0A2F7B9D4E63A8F1D20B7C6E9A34" });
  const drifted = account.addCluster("eu-west-1", "checkout-staging", {
    issuerId: "8D44B1F06E2A49C7B3905F1E6A7C2D18",
  });
  account.addCluster("eu-west-1", "legacy-2024");
  account.addCluster("us-east-1", "checkout-prod", { issuerId: "A07F3C9E51B84D26920E6B4D1F8A3C75" });
  account.addCluster("us-east-1", "batch-spot");
  account.addCluster("ap-southeast-2", "edge-sydney", { issuerId: "3B6D9E0C12F74A58B1C40E7D9A2F6581" });
  await account.reconcile(SETTINGS);

  account.eks("eu-west-1").clusters.delete("legacy-2024");
  await account.reconcile(SETTINGS);

  account.advance(84);
  account.eks("us-east-1").clusters.delete("batch-spot");
  await account.reconcile({ ...SETTINGS, maxDeletesPerRun: 0 });

  account.advance(14);
  const role = account.iam.role(drifted);
  role.trust = role.trust
    .replace("nops:nops-container-insights", "*:*")
    .replace("StringEquals", "StringLike");
  account.addCluster("eu-west-1", "data-platform", { issuerId: "F2A96D03C85E4B17AE6D42F9180B3C57" });
  account.eks("eu-west-1").addCluster("sandbox-kim", "ACTIVE", "60E8C4B2A1D94F37852B9D6F0C3E7A41");
  account.addCluster("us-east-1", "Analytics", { issuerId: "D91B7A4E0F6C43528E2D5A8C7B3F1069" });
  account.addCluster("us-east-1", "ml-training", { status: "CREATING" });
  const taken = account.addCluster("us-east-1", "payments", { issuerId: "1E7C5D8A3F0B46929B4D6E2A8C7F0135" });
  account.iam.addRole({
    name: taken,
    path: "/nops-container-cost/",
    trust: `{"Version":"2012-10-17","Statement":[]}`,
    tags: new Map([["owner", "payments-team"]]),
  });
  account.eks("ap-southeast-2").failure = new FakeAwsError(
    "AccessDeniedException",
    "User is not authorized to perform: eks:ListClusters with an explicit deny in a service control policy",
  );
  return account;
}

/** The demo's recorded inventory: the demo account, seen by the real observer. */
export async function recordDemoInventory(): Promise<Inventory> {
  const account = await demoAccount();
  const settings = deployment(SETTINGS);
  const observation = await observe(settings, account.ports());
  return { version: 1, observedAt: account.now.toISOString(), deployment: settings, observation };
}
