import { tmpdir } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column, Dataset } from "../contract/datasets/column.ts";
import { DATASETS } from "../contract/datasets/index.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { readCommitted, type CommittedHour, type HourRange } from "./committed.ts";
import { findDamage } from "./damage.ts";
import { DamagedDataError } from "./damaged-data-error.ts";
import { openLocalFiles, type LocalFiles } from "./local-files.ts";

/** An open DuckDB with one view per dataset, over committed files only. */
export interface Views {
  /** Throws {@link DamagedDataError} when a statement needs a dataset of which a file is missing or damaged. */
  readonly connection: Pick<DuckDBConnection, "runAndReadAll" | "extractStatements">;
  /** What the views are made of, oldest first. */
  readonly committed: readonly CommittedHour[];
  /** What the data is when it is not a measurement; undefined when all of it is one. */
  readonly simulated: string | undefined;
  /** Closes DuckDB and removes downloaded files. */
  close(): Promise<void>;
}

const DUCKDB_TYPES = {
  string: "VARCHAR",
  double: "DOUBLE",
  int64: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP WITH TIME ZONE",
} as const satisfies Record<Column["type"], string>;

/** DuckDB's name of a column's type. */
export function duckdbType(column: Column): string {
  return DUCKDB_TYPES[column.type];
}

/** What {@link openViews} can be told beside the hours. */
export interface ViewSettings {
  /** The one cluster of a sink that is rooted at its prefix. */
  readonly clusterArn?: string | undefined;
  /** Where the folder for downloads is made. @default the system's */
  readonly temporary?: string;
}

/**
 * Opens DuckDB with a view per dataset (`allocation`, `container`) and a table `hours` with one row per committed
 * dataset-hour: `cluster_arn, dataset, hour_start, row_count, bytes, writer, warnings, simulated, written_at`.
 * Times are UTC. Files of a `file://` sink are read where they are; others are downloaded first, to a
 * new folder. A dataset of which a file is missing or damaged has no view; who asks for it is told so.
 * @throws Error when more than the limit would have to be downloaded, DamagedDataError when a manifest cannot be read
 */
export async function openViews(sink: Sink, range?: HourRange, settings: ViewSettings = {}): Promise<Views> {
  const committed = await readCommitted(sink, range, settings.clusterArn);
  const local = await openLocalFiles(sink, committed, settings.temporary ?? tmpdir());
  // Loaded only here: a native library of 70 MB that the export, in its small container, has no use for.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  async function close(): Promise<void> {
    connection.closeSync();
    instance.closeSync();
    await local.remove();
  }
  try {
    await connection.run("SET TimeZone='UTC'");
    await connection.run("SET autoinstall_known_extensions=false");
    const damaged = await createViews(connection, sink, committed, local);
    await createHours(connection, committed);
    return {
      connection: {
        runAndReadAll: (sql) => ask(connection, sql, { sink, committed, damaged }),
        extractStatements: (sql) => connection.extractStatements(sql),
      },
      committed,
      simulated: simulatedText(committed),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Datasets without a view, with the reason. */
type Damaged = ReadonlyMap<string, string>;

async function createViews(
  connection: DuckDBConnection,
  sink: Sink,
  committed: readonly CommittedHour[],
  local: LocalFiles,
): Promise<Damaged> {
  const damaged = new Map<string, string>(local.damaged);
  for (const dataset of DATASETS) {
    if (damaged.has(dataset.name)) continue;
    const hours = committed.filter(({ manifest }) => manifest.dataset === dataset.name);
    try {
      await createView(connection, dataset, hours, local.pathOf);
    } catch (error) {
      // DuckDB reads the files' footers here, and says little about what is wrong with them.
      const damage = await findDamage(sink, hours);
      if (damage === undefined) throw error;
      damaged.set(dataset.name, damage);
    }
  }
  return damaged;
}

async function ask(
  connection: DuckDBConnection,
  sql: string,
  { sink, committed, damaged }: { sink: Sink; committed: readonly CommittedHour[]; damaged: Damaged },
) {
  try {
    return await connection.runAndReadAll(sql);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const absent = /\bCatalog Error: Table with name "?(\w+)"? does not exist/i
      .exec(text)?.[1]
      ?.toLowerCase();
    // Damage in the middle of a file is only met while reading; a wrong statement is no reason to read everything.
    const damage = /\b(Parser|Binder|Catalog) Error:/.test(text)
      ? damaged.get(absent ?? "")
      : await findDamage(sink, committed);
    throw damage === undefined ? cause : new DamagedDataError(damage, { cause });
  }
}

function simulatedText(committed: readonly CommittedHour[]): string | undefined {
  const texts = committed.flatMap(({ manifest }) => manifest.simulated ?? []);
  return texts.length === 0 ? undefined : [...new Set(texts)].sort().join("; ");
}

async function createView(
  connection: DuckDBConnection,
  dataset: Dataset,
  hours: readonly CommittedHour[],
  pathOf: (key: string) => string,
): Promise<void> {
  const files = hours.flatMap(({ dataKey }) => (dataKey ? [quote(pathOf(dataKey))] : []));
  const columns = dataset.columns.map((column) => `NULL::${duckdbType(column)} AS "${column.name}"`);
  // Files of older writers may lack later columns: union by name fills them with null, the empty part gives the type.
  const source =
    files.length === 0
      ? `SELECT ${columns.join(", ")} WHERE false`
      : `SELECT ${columns.join(", ")} WHERE false UNION ALL BY NAME ` +
        `SELECT * FROM read_parquet([${files.join(", ")}], union_by_name=true, hive_partitioning=false)`;
  await connection.run(`CREATE VIEW "${dataset.name}" AS ${source}`);
}

async function createHours(connection: DuckDBConnection, committed: readonly CommittedHour[]): Promise<void> {
  await connection.run(
    "CREATE TABLE hours (cluster_arn VARCHAR, dataset VARCHAR, hour_start TIMESTAMP WITH TIME ZONE, row_count BIGINT, " +
      "bytes BIGINT, writer VARCHAR, warnings VARCHAR, simulated VARCHAR, written_at TIMESTAMP WITH TIME ZONE)",
  );
  if (committed.length === 0) return;
  const rows = committed.map(({ manifest }) => {
    const texts = [
      manifest.writer,
      manifest.warnings.join("; ") || undefined,
      manifest.simulated,
      manifest.writtenAt,
    ];
    return (
      `(${quote(manifest.clusterArn)}, ${quote(manifest.dataset)}, to_timestamp(${manifest.hourStart}), ` +
      `${manifest.rows}, ${manifest.object?.bytes ?? 0}, ${texts.map(quote).join(", ")})`
    );
  });
  await connection.run(`INSERT INTO hours VALUES ${rows.join(", ")}`);
}

function quote(value: string | undefined): string {
  return value === undefined ? "NULL" : `'${value.replaceAll("'", "''")}'`;
}
