import { parquetReadObjects } from "hyparquet";
import type { CellValue, Column, Dataset, Row } from "../../contract/datasets/column.ts";
import { encodeRows, type EncodedFile } from "../../agent-src/export/parquet.ts";
import { LIMITS, type Limits } from "../../agent-src/export/parquet/limits.ts";
import type { RowItem } from "../../agent-src/export/hour-source.ts";
import { CLUSTER_ARN, TEN } from "./hours.ts";

/** A dataset of the tests' own: each column by its type, with "?" after it where null is allowed. */
export function datasetOf(
  columns: Readonly<Record<string, Column["type"] | `${Column["type"]}?`>>,
  totals: readonly string[] = [],
): Dataset {
  const names = Object.keys(columns);
  return {
    name: "fuzz",
    version: 1,
    grain: "A row",
    key: names.slice(0, 1),
    columns: names.map((name) => ({
      name,
      type: columns[name]?.replace("?", "") as Column["type"],
      nullable: columns[name]?.endsWith("?") ?? false,
      source: { from: "derived", rule: "" },
      meaning: "",
    })),
    queries: [],
    totals,
  };
}

/** Row groups and pages of a few rows. */
export const SMALL: Limits = {
  rowGroupRows: 50,
  rowGroupBytes: 16 * 1024,
  rowGroupPlainBytes: 64 * 1024,
  pageRows: 20,
  pageBytes: 1024,
  dictionaryBytes: 1024,
};

/** Items as a Parquet file. */
export async function encodeItems(
  dataset: Dataset,
  items: Iterable<RowItem>,
  limits: Limits = LIMITS,
): Promise<{ bytes: Uint8Array; file: EncodedFile }> {
  const chunks: Uint8Array[] = [];
  async function* stream() {
    yield* items;
  }
  const subject = { dataset, clusterArn: CLUSTER_ARN, hour: TEN };
  const file = await encodeRows(subject, stream(), async (bytes) => void chunks.push(bytes), false, limits);
  return { bytes: Buffer.concat(chunks), file };
}

/** Rows of a file as the dictionary types them: times as milliseconds, nothing left out. */
export async function readItems(dataset: Dataset, bytes: Uint8Array): Promise<Row[]> {
  if (bytes.length === 0) return [];
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  return rows.map((row) =>
    Object.fromEntries(dataset.columns.map(({ name }) => [name, readCell(row[name])])),
  );
}

function readCell(value: unknown): CellValue {
  return value instanceof Date ? BigInt(value.getTime()) : ((value ?? null) as CellValue);
}

/** What hyparquet finds for a value: whole numbers as bigint, halves of a surrogate pair as U+FFFD. */
export function asRead(column: Column, value: CellValue): CellValue {
  // Decoded as the reader does, which also drops a byte order mark that the file has.
  if (typeof value === "string") return new TextDecoder().decode(new TextEncoder().encode(value));
  const isWhole = column.type === "int64" || column.type === "timestamp";
  return isWhole && typeof value === "number" ? BigInt(value) : value;
}

/** The first row and column in which rows differ, -0 and 0 told apart; undefined when they do not. */
export function firstDifference(dataset: Dataset, read: readonly Row[], added: readonly Row[]): unknown {
  if (read.length !== added.length) return { rows: read.length, expected: added.length };
  for (const [index, row] of added.entries()) {
    for (const column of dataset.columns) {
      const expected = asRead(column, row[column.name] ?? null);
      const found = read[index]?.[column.name];
      if (!Object.is(found, expected)) return { index, column: column.name, found, expected };
    }
  }
  return undefined;
}
