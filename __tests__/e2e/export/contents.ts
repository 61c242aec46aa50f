import assert from "node:assert/strict";
import { join } from "node:path";
import { findDataset } from "../../../contract/datasets/index.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import { expectedTypes, type ReaderName } from "../readers/expected-types.ts";
import { readBack } from "../readers/read-back.ts";
import { readRows, type FileRow } from "../readers/read-rows.ts";
import { allocationKey, allocationTruth } from "./allocation-truth.ts";
import { CLUSTER_ARN } from "./cli.ts";
import { containerKey, containerTruth } from "./container-truth.ts";
import { assertSameRows, assertSums, columnSums, rowDifferences, type TrueRow } from "./differences.ts";
import { dataFileKey, type FolderExport } from "./folder.ts";
import type { ExportSources } from "./sources.ts";
import { answeredAllocations, closedFormSums, hourFacts, HOURS, recordedWorkingSets } from "./truth.ts";

/** Reads every file back: every column of every row with one reader, rows, types and sums with four. */
export async function checkContents(
  checks: Checks,
  { prometheusUrl }: ExportSources,
  done: FolderExport,
): Promise<void> {
  const workingSets = recordedWorkingSets();
  for (const hour of HOURS) {
    const facts = { hour, clusterArn: CLUSTER_ARN };
    const at = isoSeconds(hour).slice(0, 16);
    await checkFile(
      checks,
      { name: "allocation", hour, root: done.root, keyOf: allocationKey },
      `allocation ${at}: every column of every row is OpenCost's answer`,
      async () =>
        allocationTruth(await answeredAllocations(hour), facts, await hourFacts(prometheusUrl, hour)),
    );
    const file: HourFile = { name: "container", hour, root: done.root, keyOf: containerKey };
    await checkFile(
      checks,
      file,
      `container ${at}: every column of every row is what Prometheus answers`,
      () => containerTruth(prometheusUrl, facts),
    );
    await checks.check(`container ${at}: averages and maxima are those of the closed forms`, async () => {
      const closed = closedFormSums(workingSets, hour);
      assertSums((await readFile(file, Object.keys(closed))).pyarrow.sums, closed);
    });
  }
  await checks.check("the exported 10:00 hour costs 83.44746 in 2,537 rows", async () => {
    const path = join(done.root, dataFileKey("allocation", HOURS[1] ?? 0));
    for (const [reader, { rows, sums }] of Object.entries(await readBack({ path, sums: ["total_cost"] })))
      assert.deepEqual([rows, sums["total_cost"]?.toFixed(5)], [2537, "83.44746"], reader);
  });
}

interface HourFile {
  readonly name: "allocation" | "container";
  readonly hour: number;
  readonly root: string;
  readonly keyOf: (row: FileRow) => string;
}

async function checkFile(
  checks: Checks,
  file: HourFile,
  title: string,
  tell: () => Promise<ReadonlyMap<string, TrueRow>>,
): Promise<void> {
  const truth = await checks.check(title, async () => {
    const rows = await readRows(join(file.root, dataFileKey(file.name, file.hour)));
    const told = await tell();
    assert.ok(told.size > 2000, `only ${told.size} rows were told`);
    assertSameRows(rowDifferences(rows, told, file.keyOf));
    return told;
  });
  if (truth)
    await checks.check(`${title}: sums, rows and types in four readers`, () => assertFile(file, truth));
}

async function assertFile(file: HourFile, truth: ReadonlyMap<string, TrueRow>): Promise<void> {
  const dataset = findDataset(file.name);
  assert.ok(dataset);
  const wanted = columnSums(truth);
  for (const [reader, found] of Object.entries(await readFile(file, Object.keys(wanted)))) {
    assert.deepEqual(found.types, expectedTypes(dataset, reader as ReaderName), reader);
    assert.equal(found.rows, truth.size, reader);
    assertSums(found.sums, wanted);
  }
}

function readFile({ root, name, hour }: HourFile, sums: readonly string[]): ReturnType<typeof readBack> {
  return readBack({ path: join(root, dataFileKey(name, hour)), sums });
}
