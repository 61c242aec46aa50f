import assert from "node:assert/strict";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { allocationKey, allocationTruth, type Answered } from "../export/allocation-truth.ts";
import { CLUSTER_ARN } from "../export/cli.ts";
import { assertSameRows, assertSums, columnSums, rowDifferences } from "../export/differences.ts";
import { hourFacts } from "../export/truth.ts";
import { askHour } from "../ground/generator/check-costs.ts";
import { compareHour, lineHolds, tableText, type TableLine } from "../ground/generator/cost-table.ts";
import type { ClusterPlan } from "../ground/generator/plan.ts";
import { readBack } from "../readers/read-back.ts";
import { readRows } from "../readers/read-rows.ts";
import { exportedFile } from "./export.ts";
import type { TruthFiles } from "./files.ts";
import type { TruthSources } from "./sources.ts";

/** Holds the exported costs of every hour to OpenCost's answer and to the closed forms, and prints the table. */
export async function checkCosts(
  checks: Checks,
  plan: ClusterPlan,
  { prometheus, opencostUrl }: TruthSources,
  folder: string,
  files: TruthFiles,
): Promise<void> {
  const lines: TableLine[] = [];
  for (let hour = plan.from; hour < plan.until; hour += 3600) {
    const at = isoSeconds(hour).slice(0, 16);
    const path = exportedFile(folder, "allocation", hour);
    const rows = await readRows(path);
    const answer = await askHour(opencostUrl, hour);
    const compared = compareHour(plan, { hour, answer, exported: rows });
    lines.push(...compared.lines);
    await checks.check(`allocation ${at}: each of ${rows.length} rows costs what its closed form says`, () =>
      assertSameRows(compared.faults),
    );
    await checks.check(
      `allocation ${at}: each is OpenCost's answer in every column, in four readers`,
      async () => {
        const answered = Object.fromEntries(answer.map((row) => [String(row["name"]), row as Answered]));
        const facts = { hour, clusterArn: CLUSTER_ARN };
        const truth = allocationTruth(answered, facts, await hourFacts(prometheus.url, hour));
        assertSameRows(rowDifferences(rows, truth, allocationKey));
        const sums = columnSums(truth);
        for (const found of Object.values(await readBack({ path, sums: Object.keys(sums) }))) {
          assert.equal(found.rows, truth.size);
          assertSums(found.sums, sums);
        }
        files.passed("allocation", hour, rows.length, "closed forms, OpenCost's answer, four readers");
      },
    );
  }
  console.log(`\n${tableText(lines)}\n`);
  console.log(BOUNDS);
  await checks.check(
    `all ${lines.length} sums are expected = OpenCost = exported, within what is allowed`,
    () => {
      const off = lines.filter((line) => !lineHolds(line));
      assert.ok(lines.length > 0 && off.length === 0, `${off.length} are off:\n${tableText(off)}`);
    },
  );
}

const BOUNDS = `Dollars. "expected" is integrated from lives and waves; "OpenCost", "exported" and "precise" are sums of rows.
Allowed: half a unit of OpenCost's fifth decimal for each paying row; and for what is computed from a scrape a minute
(cpu, ram, total) three times the root of the squares of what each row may miss, which is a scrape's worth of its swing.
"exported" is "OpenCost" to nine digits, and each row to the last one. Nothing in a generated cluster is charged to
network, external or shared; OpenCost's idle row has no volumes and balancers.`;
