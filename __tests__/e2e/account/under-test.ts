import assert from "node:assert/strict";
import type { Emulator } from "../ground/ministack.ts";
import type { Terraform } from "../ground/terraform.ts";
import { inspectRole, type EmulatedAws } from "./aws.ts";
import {
  BOUNDARY_ARN,
  expectedPolicy,
  expectedTags,
  expectedTrust,
  ROLE_PATH,
  roleNameOf,
  type TestCluster,
} from "./expected-role.ts";

/** The emulated account with the stack in it. */
export interface AccountUnderTest {
  readonly emulator: Emulator;
  readonly aws: EmulatedAws;
  readonly terraform: Terraform;
  readonly folder: string;
  /** Issuer, without scheme, of each cluster. */
  readonly issuers: ReadonlyMap<TestCluster, string>;
}

export const CLUSTERS: readonly [TestCluster, TestCluster] = [
  { region: "us-east-1", name: "prod" },
  { region: "eu-west-1", name: "shop" },
];

/** Asserts that a cluster's role is exactly as it has to be. */
export async function assertRole(account: AccountUnderTest, cluster: TestCluster): Promise<void> {
  const found = await inspectRole(account.aws, roleNameOf(cluster));
  assert.ok(found, `there is no role "${roleNameOf(cluster)}"`);
  assert.equal(found.role.Path, ROLE_PATH);
  assert.equal(found.role.PermissionsBoundary?.PermissionsBoundaryArn, BOUNDARY_ARN);
  assert.deepEqual(found.trust, expectedTrust(account.issuers.get(cluster) ?? ""));
  assert.deepEqual(found.policies, { "container-insights-writer": expectedPolicy(cluster) });
  assert.deepEqual(found.tags, expectedTags(cluster));
}
