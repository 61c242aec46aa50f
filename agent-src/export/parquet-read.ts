import { createHash } from "node:crypto";
import {
  parquetMetadata,
  parquetRead,
  parquetReadObjects,
  type DecodedArray,
  type FileMetaData,
} from "hyparquet";
import type { Dataset, Row } from "../../contract/datasets/column.ts";
import { fileMetadata, parquetSchema, METADATA_KEY, type FileSubject } from "./parquet-schema.ts";
import { Totals } from "./totals.ts";

/** What a file's footer says. */
export interface Footer {
  readonly rows: number;
  /** Key-value metadata, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly file: FileMetaData;
}

/** Hex sha256 of bytes. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads the footer of a Parquet file.
 * @throws Error when the bytes are not a whole Parquet file
 */
export function readFooter(bytes: Uint8Array): Footer {
  const file = parquetMetadata(asBuffer(bytes));
  const pairs = (file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""] as const);
  return { rows: Number(file.num_rows), metadata: Object.fromEntries(pairs), file };
}

/**
 * What keeps the file from being this subject's; undefined when nothing does. A file of an older writer passes: its
 * version differs, and nullable columns that were added later are missing.
 */
export function footerMismatch(footer: Footer, subject: FileSubject): string | undefined {
  for (const { key, value } of fileMetadata(subject)) {
    if (key === METADATA_KEY.writer || key === METADATA_KEY.codec) continue;
    if (footer.metadata[key] !== value) {
      return `its metadata "${key}" is "${footer.metadata[key] ?? "missing"}", expected "${value}"`;
    }
  }
  return schemaMismatch(footer, subject.dataset);
}

function schemaMismatch(footer: Footer, dataset: Dataset): string | undefined {
  const present = new Map(footer.file.schema.slice(1).map((element) => [element.name, element]));
  for (const wanted of parquetSchema(dataset).slice(1)) {
    const found = present.get(wanted.name);
    if (!found) {
      if (wanted.repetition_type === "REQUIRED") return `column "${wanted.name}" is missing`;
      continue;
    }
    const types = [found, wanted].map(({ type, logical_type, repetition_type }) =>
      [type, logical_type?.type, repetition_type].filter(Boolean).join(" "),
    );
    if (types[0] !== types[1]) {
      return `column "${wanted.name}" has the type "${types[0]}", expected "${types[1]}"`;
    }
    present.delete(wanted.name);
  }
  const [unknown] = present.keys();
  return unknown === undefined ? undefined : `column "${unknown}" is not in the dictionary`;
}

/**
 * Sums of the dataset's `totals` columns, added in the order of the rows as the encoder does.
 * @throws Error when the pages cannot be decoded
 */
export async function readTotals(bytes: Uint8Array, dataset: Dataset): Promise<Record<string, number>> {
  const totals = new Totals(dataset);
  const known = new Set(readFooter(bytes).file.schema.map((element) => element.name));
  const columns = dataset.totals.filter((name) => known.has(name));
  const rows = (await parquetReadObjects({ file: asBuffer(bytes), columns })) as Row[];
  for (const row of rows) totals.add(row);
  return totals.sums();
}

/** Some columns of a part of a row group: which of them the file has, and the rows. */
export interface RowGroupCells {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Rows that are objects at a time: those of a whole row group would take ten times what its columns do. */
const ROWS_AT_ONCE = 1000;

/**
 * Reads those columns that the file has, a part of a row group at a time; of a file without rows, once no rows.
 * @throws Error when the bytes are no Parquet file or its pages cannot be decoded
 */
export async function* readRowGroups(
  bytes: Uint8Array,
  names: ReadonlySet<string>,
): AsyncGenerator<RowGroupCells> {
  const file = asBuffer(bytes);
  const metadata = parquetMetadata(file);
  const present = metadata.schema.map(({ name }) => name).filter((name) => names.has(name));
  const columns = new Set(present);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const cells = await readColumns({ file, metadata, columns: present, rowStart, rowEnd });
    for (let from = rowStart; from < rowEnd; from += ROWS_AT_ONCE) {
      yield { columns, rows: rowsOf(cells, from, Math.min(from + ROWS_AT_ONCE, rowEnd)) };
    }
    rowStart = rowEnd;
  }
  if (metadata.row_groups.length === 0) yield { columns, rows: [] };
}

/** Values of a column, from a row on. */
interface ColumnPart {
  readonly rowStart: number;
  readonly values: DecodedArray;
}

type ColumnParts = ReadonlyMap<string, readonly ColumnPart[]>;

async function readColumns(
  options: Pick<Parameters<typeof parquetRead>[0], "file" | "metadata" | "rowStart" | "rowEnd"> & {
    readonly columns: string[];
  },
): Promise<ColumnParts> {
  const parts = new Map(options.columns.map((name) => [name, [] as ColumnPart[]]));
  await parquetRead({
    ...options,
    onChunk: ({ columnName, columnData, rowStart }) =>
      void parts.get(columnName)?.push({ rowStart, values: columnData }),
  });
  return parts;
}

function rowsOf(cells: ColumnParts, from: number, to: number): Record<string, unknown>[] {
  const rows = Array.from({ length: to - from }, (): Record<string, unknown> => ({}));
  for (const [name, parts] of cells) {
    for (const { rowStart, values } of parts) {
      const end = Math.min(to, rowStart + values.length);
      for (let at = Math.max(from, rowStart); at < end; at++) {
        const row = rows[at - from];
        if (row) row[name] = values[at - rowStart];
      }
    }
  }
  return rows;
}

function asBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  // Else a copy: Node's Buffer is often a view into a larger, shared ArrayBuffer.
  const isWhole = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return isWhole ? buffer : new Uint8Array(bytes).buffer;
}
