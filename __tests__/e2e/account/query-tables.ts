import assert from "node:assert/strict";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { clusterId } from "../../../contract/object-keys.ts";
import { DEFAULT_NAME_PREFIX, queryDatabaseName } from "../../../contract/names.ts";
import { queryTableName } from "../../../contract/query-tables.ts";
import type { Checks } from "../checks.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";
import { getGlueTable, type GlueTable } from "../module/glue.ts";
import type { TestCluster } from "./expected-role.ts";
import { POD_CLUSTER } from "./pod-identity.ts";
import { CLUSTERS, type AccountUnderTest } from "./under-test.ts";

const HOME = "us-east-1";

/** Every query table of the account, as the emulator has it. */
function readTables({ emulator }: AccountUnderTest): Promise<GlueTable[]> {
  const database = queryDatabaseName(DEFAULT_NAME_PREFIX);
  return Promise.all(
    DATASETS.map((dataset) => getGlueTable(emulator.url, HOME, database, queryTableName(dataset))),
  );
}

function listOf(clusters: readonly TestCluster[]): string {
  return clusters
    .map((cluster) => clusterId({ ...cluster, account: EMULATED_ACCOUNT }))
    .sort()
    .join(",");
}

/** Checks that every table lists every cluster that ever had a role; `when` says after what. */
export async function checkClusterLists(
  checks: Checks,
  account: AccountUnderTest,
  when: string,
): Promise<void> {
  await checks.check(`every query table lists the clusters that had a role ${when}`, async () => {
    for (const [at, { Parameters, StorageDescriptor }] of (await readTables(account)).entries()) {
      assert.equal(Parameters["projection.cluster.type"], "enum");
      assert.equal(Parameters["projection.cluster.values"], listOf([...CLUSTERS, POD_CLUSTER]));
      assert.equal(Parameters["projection.date.type"], "date");
      assert.equal(StorageDescriptor.Columns.length, DATASETS[at]?.columns.length);
    }
  });
}
