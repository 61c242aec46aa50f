import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance, DuckDBTimestampTZValue } from "@duckdb/node-api";
import { parquetReadObjects } from "hyparquet";
import parquetjs from "parquetjs-lite";
import type { Column } from "../../../contract/datasets/column.ts";
import { runCommand } from "../ground/command.ts";
import { ensureReaders } from "../ground/parts.ts";
import { columnChecksum } from "./column-checksum.ts";

/** A file, and the columns that are to be read from it. */
export interface ChecksumQuestion {
  readonly path: string;
  readonly columns: readonly Pick<Column, "name" | "type">[];
}

/** Checksum of each column. */
export type Checksums = Readonly<Record<string, string>>;

type Cell = string | number | bigint | boolean | null;

/** Reads every file with each reader. @returns for each file, each reader's checksums */
export async function readChecksums(
  questions: readonly ChecksumQuestion[],
  directory: string,
): Promise<Readonly<Record<string, Checksums>>[]> {
  const script = join(import.meta.dirname, "read_checksums.py");
  const python = await askPython<Record<string, Checksums>>(
    await ensureReaders(),
    script,
    questions,
    directory,
  );
  const found: Record<string, Checksums>[] = [];
  for (const [at, question] of questions.entries())
    found.push({
      ...python[at],
      "duckdb-node": await readWithDuckdb(question),
      hyparquet: await readWithHyparquet(question),
      "parquetjs-lite": await readWithParquetjs(question),
    });
  return found;
}

/** Runs a Python script that answers questions about files, in their order. `directory` takes the questions. */
export async function askPython<Answer>(
  python: string,
  script: string,
  questions: readonly ChecksumQuestion[],
  directory: string,
): Promise<Answer[]> {
  const asked = questions.map(({ path, columns }) => ({
    path,
    columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])),
  }));
  const question = join(directory, "question.json");
  await writeFile(question, JSON.stringify(asked));
  const { stdout } = await runCommand(python, [script, question]);
  const answers = JSON.parse(stdout) as Answer[];
  if (answers.length === questions.length) return answers;
  throw new Error(`${script} answered ${answers.length} of ${questions.length} questions`);
}

/** Checksums as DuckDB for Node reads the file. */
export async function readWithDuckdb({ path, columns }: ChecksumQuestion): Promise<Checksums> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const sums: Record<string, string> = {};
    for (const { name, type } of columns) {
      const file = `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning=false)`;
      const answer = await connection.runAndReadAll(`select "${name}" from ${file}`);
      sums[name] = columnChecksum(type, (answer.getColumns()[0] ?? []).map(duckdbCell));
    }
    return sums;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function duckdbCell(value: unknown): Cell {
  return value instanceof DuckDBTimestampTZValue ? value.micros / 1000n : (value as Cell);
}

async function readWithHyparquet({ path, columns }: ChecksumQuestion): Promise<Checksums> {
  const bytes = new Uint8Array(await readFile(path)).buffer;
  const rows = await parquetReadObjects({ file: bytes });
  return checksumsOf(columns, rows);
}

async function readWithParquetjs({ path, columns }: ChecksumQuestion): Promise<Checksums> {
  const reader = await parquetjs.ParquetReader.openFile(path);
  try {
    const rows: Record<string, unknown>[] = [];
    const cursor = reader.getCursor();
    for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(row);
    return checksumsOf(columns, rows);
  } finally {
    await reader.close();
  }
}

function checksumsOf(
  columns: ChecksumQuestion["columns"],
  rows: readonly Record<string, unknown>[],
): Checksums {
  return Object.fromEntries(
    columns.map(({ name, type }) => [
      name,
      columnChecksum(
        type,
        rows.map((row) => objectCell(row[name])),
      ),
    ]),
  );
}

function objectCell(value: unknown): Cell {
  return value instanceof Date ? BigInt(value.getTime()) : ((value ?? null) as Cell);
}
