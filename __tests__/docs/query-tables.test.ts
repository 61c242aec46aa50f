import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FileSink } from "../../agent-src/adapters/file-sink.ts";
import { commitHour } from "../../agent-src/export/commit.ts";
import { DATASETS } from "../../contract/datasets/index.ts";
import type { Dataset, Row } from "../../contract/datasets/column.ts";
import { hourFromParts, type Hour } from "../../contract/hours.ts";
import { queryDatabaseName, DEFAULT_NAME_PREFIX } from "../../contract/names.ts";
import { clusterId, clusterPrefix, dataPrefix, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { queryTable, type QueryTable } from "../../contract/query-tables.ts";
import { allocationRows, answering, CLUSTER_ARN, containerRows } from "../fakes/hours.ts";
import { cluster, PROD } from "../support/clusters.ts";
import { temporaryDirectory } from "../support/temporary/directory.ts";

const GUIDE = readFileSync(join(import.meta.dirname, "../../docs/query-tables.md"), "utf8");
const queries = [...GUIDE.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql = ""]) => sql);
const bucket = temporaryDirectory();
const HOUR = hourFromParts("2026-11-01", "07") as Hour;
const ROWS = 40;
const SHOP = cluster("shop", "us-east-1");

/** What DuckDB calls the types of Hive; the files' instants are in UTC. */
const DUCKDB_TYPES: Readonly<Record<string, string>> = {
  string: "VARCHAR",
  double: "DOUBLE",
  bigint: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP WITH TIME ZONE",
};

const tables = DATASETS.map((dataset) =>
  queryTable(dataset, {
    bucket: bucket.slice(1),
    dataPrefix: dataPrefix(DEFAULT_KEY_PREFIX),
    firstDate: "2026-11-01",
  }),
);

let instance: DuckDBInstance;
let duckdb: DuckDBConnection;

/** Writes an hour as the agent does, then looks at it through the tables' own location, partitions and columns. */
beforeAll(async () => {
  const sink = new FileSink(bucket, clusterPrefix(DEFAULT_KEY_PREFIX, PROD));
  await commit(sink, "allocation", allocationRows(HOUR, ROWS));
  const asked = (row: Row): Row => ({
    ...row,
    memory_request_bytes: 1e9,
    memory_working_set_bytes_max: 1e6,
  });
  await commit(sink, "container", containerRows(HOUR, ROWS).map(asked));
  await commit(
    new FileSink(bucket, clusterPrefix(DEFAULT_KEY_PREFIX, SHOP)),
    "allocation",
    allocationRows(HOUR, ROWS / 2),
  );
  for (const dataset of DATASETS.filter(({ name }) => !["allocation", "container"].includes(name))) {
    await commit(sink, dataset.name, [anyRow(dataset)]);
  }
  instance = await DuckDBInstance.create(":memory:");
  duckdb = await instance.connect();
  await duckdb.run(`CREATE SCHEMA ${queryDatabaseName(DEFAULT_NAME_PREFIX)}`);
  for (const table of tables) await duckdb.run(view(table));
});

afterAll(() => {
  duckdb.closeSync();
  instance.closeSync();
});

/** A row with a value of the right type in every column. */
function anyRow({ columns }: Dataset): Row {
  const values = { string: "a", double: 1.5, int64: 2n, boolean: true, timestamp: HOUR * 1000 } as const;
  return Object.fromEntries(columns.map(({ name, type }) => [name, values[type]]));
}

async function commit(sink: FileSink, dataset: string, rows: readonly Row[]): Promise<void> {
  await commitHour({
    subject: { dataset: DATASETS.find(({ name }) => name === dataset)!, clusterArn: CLUSTER_ARN, hour: HOUR },
    open: answering(() => rows),
    sink,
    signal: new AbortController().signal,
    now: () => new Date("2026-11-01T09:00:00Z"),
  });
}

/** A table as Athena has it: its columns from the files, its partitions from their paths. */
function view({ name, columns, partitionKeys, parameters }: QueryTable): string {
  const files = (parameters["storage.location.template"] ?? "")
    .replace("s3://", "/")
    .replaceAll(/\$\{\w+\}/g, "*");
  const selected = [...columns, ...partitionKeys].map((column) => `"${column.name}"`).join(", ");
  const hive = "hive_partitioning = true, hive_types_autocast = false";
  return `CREATE VIEW ${queryDatabaseName(DEFAULT_NAME_PREFIX)}.${name} AS
    SELECT ${selected} FROM read_parquet('${files}*.parquet', ${hive})`;
}

async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
}

describe("the query tables, over files that the agent wrote", () => {
  test.each(tables)("$name has every column with the type that the table says", async ({ name, columns }) => {
    const described = await rowsOf(`DESCRIBE ${queryDatabaseName(DEFAULT_NAME_PREFIX)}.${name}`);
    const types = Object.fromEntries(
      described.map((row) => [String(row["column_name"]).toLowerCase(), row["column_type"]]),
    );
    for (const column of columns)
      expect([column.name, types[column.name]]).toEqual([column.name, DUCKDB_TYPES[column.type]]);
  });

  test("the guide's queries answer", async () => {
    expect(queries).toHaveLength(3);
    const [cost = [], byCluster = [], memory = []] = await Promise.all(queries.map(rowsOf));
    expect(cost).toHaveLength(7);
    expect(cost[0]).toMatchObject({ currency: "USD" });
    expect(byCluster).toMatchObject([
      { cluster: clusterId(PROD), currency: "USD" },
      { cluster: clusterId(SHOP) },
    ]);
    expect(memory).toHaveLength(ROWS);
    expect(memory[0]).toMatchObject({ asked: 1e9, used: 1e6 });
  });

  test("a query of another cluster or day finds nothing", async () => {
    const [cost = ""] = queries;
    expect(await rowsOf(cost.replace(".prod'", ".stage'"))).toEqual([]);
    expect(await rowsOf(cost.replace("2026-11-01", "2026-11-02"))).toEqual([]);
  });
});
