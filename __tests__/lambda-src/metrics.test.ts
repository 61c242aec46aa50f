import { expect, test } from "@jest/globals";
import { metricRecord, runMetrics } from "../../lambda-src/reconcile/metrics.ts";
import { FakeAccount } from "../fakes/fake-account.ts";
import { FakeAwsError } from "../fakes/fake-iam.ts";

async function accountWithLostClusters(): Promise<FakeAccount> {
  const account = new FakeAccount();
  for (const name of ["a", "b", "c"]) account.addCluster("eu-west-1", name);
  await account.reconcile();
  account.eks("eu-west-1").clusters.delete("a");
  account.eks("eu-west-1").clusters.delete("b");
  return account;
}

test("the grace period holds a role, and is no brake: nobody has to be woken for it", async () => {
  const account = await accountWithLostClusters();
  await account.reconcile();
  account.advance(1);
  expect(runMetrics(await account.reconcile())).toMatchObject({
    RolesHeld: 2,
    DeletionsBraked: 0,
    RolesUnchanged: 1,
  });
});

test("more deletions than a run may do are counted apart", async () => {
  const account = await accountWithLostClusters();
  const report = await account.reconcile({ orphanGraceHours: 0, maxDeletesPerRun: 1 });
  expect(runMetrics(report)).toMatchObject({ RolesHeld: 0, DeletionsBraked: 2, RolesDeleted: 0 });
});

test("a region that cannot be listed is counted, and every figure is in the record under its name", async () => {
  const account = await accountWithLostClusters();
  account.eks("eu-west-1").failure = new FakeAwsError("AccessDeniedException", "no");
  const report = await account.reconcile();
  const metrics = runMetrics(report);
  expect(metrics.RegionsFailed).toBe(1);
  expect(metricRecord(report)).toMatchObject({ Deployment: report.deployment, ...metrics });
});
