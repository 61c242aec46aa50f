import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { DATASETS } from "../../../contract/datasets/index.ts";
import type { ColumnType, Dataset } from "../../../contract/datasets/column.ts";
import type { Checks } from "../checks.ts";
import { runCommand } from "../ground/command.ts";
import { ensureSpark } from "../ground/parts/spark.ts";

interface Facts {
  readonly rows: number;
  readonly types: Readonly<Record<string, string>>;
  readonly sums: Readonly<Record<string, number>>;
}

const SPARK_TYPES: Readonly<Record<ColumnType, string>> = {
  string: "string",
  double: "double",
  int64: "bigint",
  boolean: "boolean",
  timestamp: "timestamp",
};

/** Reads every dataset below `cluster`, a cluster's folder, with Spark, and holds it to what DuckDB reads. */
export async function sparkPhase(checks: Checks, cluster: string): Promise<void> {
  await checks.phase("Spark reads what was exported", async () => {
    const python = await ensureSpark();
    for (const dataset of DATASETS) {
      await checks.check(`${dataset.name}: the dictionary's types, DuckDB's rows and sums`, async () => {
        checks.note(`${dataset.name}: ${await compare(python, dataset, cluster)} rows`);
      });
    }
  });
}

async function compare(python: string, dataset: Dataset, cluster: string): Promise<number> {
  const path = join(cluster, `dataset=${dataset.name}`, `v=${dataset.version}`);
  if (!existsSync(path)) throw new Error(`There is no "${path}"; run "npm run demo" first`);
  const sums = dataset.columns.filter(({ type }) => type === "double").map(({ name }) => name);
  const script = join(import.meta.dirname, "read_parquet.py");
  const { stdout } = await runCommand(python, [script, JSON.stringify({ path, sums })]);
  const spark = JSON.parse(stdout) as Facts;
  const expected = await readWithDuckdb(`${path}/*/*.parquet`, sums);
  assert.ok(spark.rows > 0);
  assert.equal(spark.rows, expected.rows);
  // Beside the file's columns it shows the partitions of the path.
  const { date: _date, ...types } = spark.types;
  assert.deepEqual(
    types,
    Object.fromEntries(dataset.columns.map(({ name, type }) => [name, SPARK_TYPES[type]])),
  );
  for (const name of sums) assertClose(name, spark.sums[name] ?? Number.NaN, expected.sums[name] ?? 0);
  return spark.rows;
}

// Both add doubles in an order of their own.
function assertClose(name: string, actual: number, expected: number): void {
  const allowed = Math.abs(expected) * 1e-9;
  assert.ok(Math.abs(actual - expected) <= allowed, `${name}: Spark has ${actual}, DuckDB ${expected}`);
}

async function readWithDuckdb(files: string, sums: readonly string[]): Promise<Pick<Facts, "rows" | "sums">> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    const totals = sums.map((name) => `coalesce(sum("${name}"), 0) AS "${name}"`).join(", ");
    const result = await connection.runAndReadAll(
      `SELECT count(*) AS rows, ${totals} FROM read_parquet('${files}', hive_partitioning = false)`,
    );
    const [row = {}] = result.getRowObjects();
    return {
      rows: Number(row["rows"]),
      sums: Object.fromEntries(sums.map((name) => [name, Number(row[name])])),
    };
  } finally {
    connection.closeSync();
  }
}
