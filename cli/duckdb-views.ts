import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import pMap from "p-map";
import type { Column, Dataset } from "../contract/datasets/column.ts";
import { DATASETS } from "../contract/datasets/index.ts";
import type { Hour } from "../contract/hours.ts";
import { parseManifestAt, type Manifest, type ManifestPlace } from "../contract/manifest.ts";
import { parseManifestKey } from "../contract/object-keys.ts";
import { FileSink } from "../agent-src/adapters/file-sink.ts";
import type { Sink } from "../agent-src/export/sink.ts";

/** Downloads of one session; above it a query engine next to the bucket is the better tool. */
export const DOWNLOAD_LIMIT_BYTES = 2 * 1024 ** 3;

/** Hours `h` with `from <= h < until`. */
export interface HourRange {
  readonly from: Hour;
  readonly until: Hour;
}

/** A committed dataset-hour and where its data object is, below the sink's root. */
export interface CommittedHour {
  readonly manifest: Manifest;
  readonly manifestKey: string;
  /** Absent when the hour has no rows. */
  readonly dataKey?: string;
}

/** An open DuckDB with one view per dataset, over committed files only. */
export interface Views {
  readonly connection: DuckDBConnection;
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

/**
 * All committed dataset-hours of a sink rooted at one cluster's prefix, or at the key prefix (all clusters).
 * `clusterArn` is the one cluster's; without it, a cluster's prefix says whose manifests may lie below it.
 * @throws Error naming the manifest that cannot be read, or that names another cluster, hour or key than its own
 */
export async function readCommitted(
  sink: Sink,
  range?: HourRange,
  clusterArn?: string,
): Promise<CommittedHour[]> {
  const found: { key: string; prefix: string; place: ManifestPlace }[] = [];
  for await (const { key } of sink.list("")) {
    const [, prefix = "", rest = ""] = /^(cluster=[^/]+\/)?(.*)$/.exec(key) ?? [];
    const at = parseManifestKey(rest);
    if (!at || (range && (at.hour < range.from || at.hour >= range.until))) continue;
    const cluster = clusterArn === undefined ? {} : { clusterArn };
    const segment = prefix === "" ? {} : { clusterSegment: prefix.slice(0, -1) };
    found.push({ key, prefix, place: { ...at, ...cluster, ...segment } });
  }
  const committed = await pMap(found, ({ key, prefix, place }) => readOne(sink, key, prefix, place), {
    concurrency: 8,
  });
  return committed
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.manifest.hourStart - b.manifest.hourStart || (a.manifestKey < b.manifestKey ? -1 : 1));
}

async function readOne(
  sink: Sink,
  key: string,
  prefix: string,
  place: ManifestPlace,
): Promise<CommittedHour | undefined> {
  const bytes = await sink.read(key);
  if (!bytes) return undefined;
  try {
    // Held against its place before anything is read by it: its key becomes the name of a local file.
    const manifest = parseManifestAt(new TextDecoder().decode(bytes), place);
    return {
      manifest,
      manifestKey: key,
      ...(manifest.object ? { dataKey: prefix + manifest.object.key } : {}),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Manifest "${key}" in ${sink.url} cannot be read: ${reason}; run "verify"`, { cause });
  }
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
 * new folder.
 * @throws Error when more than {@link DOWNLOAD_LIMIT_BYTES} would have to be downloaded
 */
export async function openViews(sink: Sink, range?: HourRange, settings: ViewSettings = {}): Promise<Views> {
  const committed = await readCommitted(sink, range, settings.clusterArn);
  const local = await localFiles(sink, committed, settings.temporary ?? tmpdir());
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
    for (const dataset of DATASETS) await createView(connection, dataset, committed, local.pathOf);
    await createHours(connection, committed);
  } catch (error) {
    await close();
    throw error;
  }
  return { connection, committed, simulated: simulatedText(committed), close };
}

function simulatedText(committed: readonly CommittedHour[]): string | undefined {
  const texts = committed.flatMap(({ manifest }) => manifest.simulated ?? []);
  return texts.length === 0 ? undefined : [...new Set(texts)].sort().join("; ");
}

async function createView(
  connection: DuckDBConnection,
  dataset: Dataset,
  committed: readonly CommittedHour[],
  pathOf: (key: string) => string,
): Promise<void> {
  const files = committed.flatMap(({ manifest, dataKey }) =>
    manifest.dataset === dataset.name && dataKey ? [quote(pathOf(dataKey))] : [],
  );
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

interface LocalFiles {
  readonly pathOf: (key: string) => string;
  remove(): Promise<void>;
}

async function localFiles(
  sink: Sink,
  committed: readonly CommittedHour[],
  temporary: string,
): Promise<LocalFiles> {
  if (sink instanceof FileSink) {
    // DuckDB would say so, too, but neither which hour it is nor what to do.
    const lost = committed.find(({ dataKey }) => dataKey && !existsSync(sink.pathOf(dataKey)));
    if (lost) throw new Error(missingObject(lost.dataKey ?? "", sink));
    return { pathOf: (key) => sink.pathOf(key), remove: async () => {} };
  }
  const total = committed.reduce((sum, { manifest }) => sum + (manifest.object?.bytes ?? 0), 0);
  if (total > DOWNLOAD_LIMIT_BYTES) {
    throw new Error(
      `Reading ${sink.url} would download ${total} bytes, more than the limit of ${DOWNLOAD_LIMIT_BYTES}; ` +
        `narrow it with --from and --until, or use Athena or Trino on the bucket`,
    );
  }
  const directory = await mkdtemp(join(temporary, "container-insights-"));
  const keys = committed.flatMap(({ dataKey }) => dataKey ?? []);
  try {
    await pMap(keys, (key) => download(sink, key, join(directory, key)), { concurrency: 8 });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    pathOf: (key) => join(directory, key),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function missingObject(key: string, sink: Sink): string {
  return `Object "${key}" of a manifest is missing in ${sink.url}; run "verify"`;
}

async function download(sink: Sink, key: string, path: string): Promise<void> {
  const bytes = await sink.read(key);
  if (!bytes) throw new Error(missingObject(key, sink));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
