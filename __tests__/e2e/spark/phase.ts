import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DATASETS } from "../../../contract/datasets/index.ts";
import type { Column, ColumnType } from "../../../contract/datasets/column.ts";
import type { Checks } from "../checks.ts";
import { dataFileKey } from "../export/folder.ts";
import { ensureSpark } from "../ground/parts/spark.ts";
import { assertSameChecksums } from "../readers/assert-same.ts";
import { FUZZ_SEED, writtenChecksums } from "../readers/check-fuzzed.ts";
import { fuzzedFiles, writeFuzzed } from "../readers/fuzzed.ts";
import { exportOnNode } from "../readers/one-hour.ts";
import { askPython, readWithDuckdb, type Checksums } from "../readers/read-checksums.ts";

interface SparkFacts {
  readonly types: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
}

const SCRIPT = join(import.meta.dirname, "read_checksums.py");
const SPARK_TYPES: Readonly<Record<ColumnType, string>> = {
  string: "string",
  double: "double",
  int64: "bigint",
  boolean: "boolean",
  timestamp: "timestamp",
};

/** An hour of every dataset, read by Spark from the dataset's folder, and the files of edge values. */
export async function sparkPhases(checks: Checks, directory: string): Promise<void> {
  await checks.phase("Spark reads what was exported", () => checkDatasets(checks, directory));
  await checks.phase("Spark reads edge values", () => checkEdges(checks, directory));
}

async function checkDatasets(checks: Checks, directory: string): Promise<void> {
  const { root, hour } = await exportOnNode(directory);
  const files = DATASETS.map(({ name }) => join(root, dataFileKey(name, hour)));
  const questions = DATASETS.map(({ columns }, at) => ({
    // The folder above the dates: beside the file's columns, Spark shows the partition of the path.
    path: dirname(dirname(files[at] ?? "")),
    columns,
  }));
  const answers = await askPython<SparkFacts>(await ensureSpark(), SCRIPT, questions, directory);
  for (const [at, { name, columns }] of DATASETS.entries())
    await checks.check(`${name}: the dictionary's types, and DuckDB's checksum of every column`, async () => {
      const { date, ...types } = answers[at]?.types ?? {};
      assert.equal(date, "date");
      assert.deepEqual(types, sparkTypes(columns));
      const duckdb = await readWithDuckdb({ path: files[at] ?? "", columns });
      assertSameChecksums({ duckdb, spark: answers[at]?.checksums ?? {} });
    });
}

async function checkEdges(checks: Checks, directory: string): Promise<void> {
  const folder = join(directory, "edges");
  await mkdir(folder);
  const files = Object.entries(fuzzedFiles(FUZZ_SEED));
  const questions = [];
  for (const [name, file] of files)
    questions.push({ path: await writeFuzzed(folder, name, file), columns: file.dataset.columns });
  const answers = await askPython<SparkFacts>(await ensureSpark(), SCRIPT, questions, folder);
  for (const [at, [name, file]] of files.entries())
    await checks.check(`${name}: Spark finds what was written`, () => {
      assert.deepEqual(answers[at]?.types, sparkTypes(file.dataset.columns));
      assertSameChecksums({ written: writtenChecksums(file), spark: answers[at]?.checksums ?? {} });
    });
}

function sparkTypes(columns: readonly Column[]): Record<string, string> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, SPARK_TYPES[type]]));
}
