import assert from "node:assert/strict";
import { inspectRole } from "../../account/aws.ts";
import { expectedPolicy, roleNameOf } from "../../account/expected-role.ts";
import { assertRole } from "../../account/under-test.ts";
import type { Mode } from "../mode.ts";
import { ALWAYS, RECONCILER, rolesOf } from "../parts-list.ts";
import { LAB, PROD, SHOP } from "./clusters.ts";

const CLUSTERS = [PROD, SHOP, LAB];
const HAS = [...ALWAYS, ...RECONCILER, ...rolesOf(...CLUSTERS)];
const REGIONS_LIST = "us-east-1,eu-west-1, ap-southeast-2";

/** A cluster in each of three regions; then another prefix for all of them. */
export const REGIONS: Mode = {
  name: "three regions",
  clusters: CLUSTERS,
  steps: () => [
    {
      name: "with three regions",
      variables: { include_regions: REGIONS_LIST },
      has: HAS,
      holds: {
        "every cluster has its role": async (account) => {
          for (const cluster of CLUSTERS) await assertRole(account, cluster);
        },
      },
    },
    {
      name: "with another key_prefix",
      variables: { include_regions: REGIONS_LIST, key_prefix: "finance" },
      has: HAS,
      holds: {
        "every role may write there, and nowhere else": async ({ aws }) => {
          for (const cluster of CLUSTERS) {
            const found = await inspectRole(aws, roleNameOf(cluster));
            assert.deepEqual(Object.values(found?.policies ?? {}), [expectedPolicy(cluster, "finance")]);
          }
        },
      },
    },
  ],
};
