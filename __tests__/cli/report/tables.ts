import { DuckDBInstance } from "@duckdb/node-api";
import { allocation } from "../../../contract/datasets/allocation.ts";
import type { Dataset } from "../../../contract/datasets/column.ts";
import { container } from "../../../contract/datasets/container.ts";
import type { Manifest } from "../../../contract/manifest.ts";
import { duckdbType } from "../../../cli/duckdb-views.ts";
import type { RunSql } from "../../../cli/report/run-sql.ts";

/** Columns of interest of a row; the others are null. Timestamps as ISO text. */
export type SomeColumns = Readonly<Record<string, string | number | null>>;

export const CLUSTER = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

/** An in-memory DuckDB with the dictionary's two tables and these rows in them. */
export async function openTables(rows: {
  readonly allocation: readonly SomeColumns[];
  readonly container: readonly SomeColumns[];
}): Promise<{ run: RunSql; close: () => void }> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone='UTC'");
  for (const dataset of [allocation, container]) {
    const columns = dataset.columns.map((column) => `"${column.name}" ${duckdbType(column)}`);
    await connection.run(`CREATE TABLE ${dataset.name} (${columns.join(", ")})`);
  }
  for (const row of rows.allocation) await connection.run(insert(allocation, row));
  for (const row of rows.container) await connection.run(insert(container, row));
  return {
    run: async (statement) => (await connection.runAndReadAll(statement)).getRowObjectsJS(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function insert(dataset: Dataset, row: SomeColumns): string {
  const literals = Object.values(row).map((value) =>
    value === null ? "NULL" : typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`,
  );
  return `INSERT INTO ${dataset.name} (${Object.keys(row).join(", ")}) VALUES (${literals.join(", ")})`;
}

/** A manifest of one dataset-hour. */
export function manifestOf(
  dataset: "allocation" | "container",
  hourStart: number,
  changes: Partial<Manifest> = {},
): Manifest {
  return {
    format: 1,
    clusterArn: CLUSTER,
    dataset,
    schema: `container-insights/${dataset}/v1`,
    hourStart,
    hourEnd: hourStart + 3600,
    rows: 1,
    totals: {},
    queries: { expected: 6, answered: 6 },
    sources: { prometheus: "2.42.0", opencost: "1.118.0" },
    writer: "container-insights/0.1.0",
    revision: 1,
    warnings: [],
    writtenAt: "2026-11-22T13:00:00Z",
    object: { key: "k", bytes: 1000, etag: '"e"', sha256: "0".repeat(64) },
    ...changes,
  };
}
