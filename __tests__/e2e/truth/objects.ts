import { findDataset } from "../../../contract/datasets/index.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { CLUSTER_ARN } from "../export/cli.ts";
import { assertSameRows, rowDifferences, type TrueRow } from "../export/differences.ts";
import { expectedGpus } from "../ground/generator/expected-gpus.ts";
import { expectedNodes, expectedTargets } from "../ground/generator/expected-nodes.ts";
import {
  expectedClaims,
  expectedNamespaces,
  expectedVolumes,
  expectedWorkloads,
} from "../ground/generator/expected-objects.ts";
import { expectedPods } from "../ground/generator/expected-pods.ts";
import { byKey, keyText, type RunColumns } from "../ground/generator/expected-row.ts";
import type { ClusterPlan, Life } from "../ground/generator/plan.ts";
import { readRows } from "../readers/read-rows.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";

type Expect = (plan: ClusterPlan, hour: number, run: RunColumns) => TrueRow[];

const EXPECTED: Readonly<Record<string, Expect>> = {
  pod: expectedPods,
  node: expectedNodes,
  workload: expectedWorkloads,
  namespace: expectedNamespaces,
  persistent_volume: expectedVolumes,
  persistent_volume_claim: expectedClaims,
  scrape_health: expectedTargets,
  gpu: expectedGpus,
};

/** Holds every column of every row of the datasets of objects, targets and GPUs to the plan. */
export async function checkObjects(
  checks: Checks,
  plan: ClusterPlan,
  hours: Life,
  folder: string,
  files: TruthFiles,
): Promise<void> {
  for (const [name, expect] of Object.entries(EXPECTED)) {
    const key = findDataset(name)?.key ?? [];
    for (let hour = hours.from; hour < hours.until; hour += 3600) {
      const truth = byKey(expect(plan, hour, { hour_start: hour * 1000, cluster_arn: CLUSTER_ARN }), key);
      const title = `${name} ${isoSeconds(hour).slice(0, 16)}: ${truth.size} rows are the plan's in every column`;
      await checks.check(title, async () => {
        const rows = await readRows(exportedFile(folder, name, hour));
        assertSameRows(rowDifferences(rows, truth, (row) => keyText(row, key)));
        files.passed(name, hour, rows.length, "plan, every column");
      });
    }
  }
}
