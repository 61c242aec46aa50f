import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import parquetjs from "parquetjs-lite";
import { runCommand } from "../ground/command.ts";
import { ensureReaders } from "../ground/parts.ts";
import type { ReaderName } from "./expected-types.ts";

/** What a reader found in a file. */
export interface FileFacts {
  readonly rows: number;
  readonly types: Readonly<Record<string, string>>;
  readonly sums: Readonly<Record<string, number>>;
}

/** A file, and the columns to add up. */
export interface FileQuestion {
  readonly path: string;
  readonly sums: readonly string[];
}

/** Reads a file with every independent reader. */
export async function readBack(question: FileQuestion): Promise<Record<ReaderName, FileFacts>> {
  const python = await readWithPython(question);
  return {
    ...python,
    "duckdb-node": await readWithDuckdb(question),
    "parquetjs-lite": await readWithParquetjs(question),
  };
}

async function readWithPython(
  question: FileQuestion,
): Promise<Record<"pyarrow" | "duckdb-python", FileFacts>> {
  const script = join(import.meta.dirname, "read_parquet.py");
  const { stdout } = await runCommand(await ensureReaders(), [script, JSON.stringify(question)]);
  const [answer] = JSON.parse(stdout) as [Record<"pyarrow" | "duckdb-python", FileFacts>];
  return { pyarrow: answer.pyarrow, "duckdb-python": answer["duckdb-python"] };
}

async function readWithDuckdb({ path, sums }: FileQuestion): Promise<FileFacts> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning=false)`;
    const described = await connection.runAndReadAll(`describe select * from ${file}`);
    const totals = ["count(*)::double", ...sums.map((name) => `coalesce(sum("${name}"), 0)::double`)];
    const answer = await connection.runAndReadAll(`select ${totals.join(", ")} from ${file}`);
    const [rows = 0, ...values] = (answer.getRows()[0] ?? []).map(Number);
    return {
      rows,
      types: Object.fromEntries(described.getRows().map(([name, type]) => [String(name), String(type)])),
      sums: Object.fromEntries(sums.map((name, at) => [name, values[at] ?? NaN])),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** What the package's reader also has, beyond the part that the unit tests declare. */
interface ReaderWithSchema {
  getSchema(): {
    readonly fields: Readonly<
      Record<string, { readonly primitiveType: string; readonly originalType?: string }>
    >;
  };
}

async function readWithParquetjs({ path, sums }: FileQuestion): Promise<FileFacts> {
  const reader = await parquetjs.ParquetReader.openFile(path);
  try {
    const totals = Object.fromEntries(sums.map((name) => [name, 0]));
    const cursor = reader.getCursor();
    let rows = 0;
    for (let row = await cursor.next(); row; row = await cursor.next()) {
      rows++;
      for (const name of sums) totals[name] = (totals[name] ?? 0) + Number(row[name] ?? 0);
    }
    const { fields } = (reader as unknown as ReaderWithSchema).getSchema();
    const types = Object.entries(fields).map(([name, field]) => [
      name,
      field.originalType ?? field.primitiveType,
    ]);
    return { rows, types: Object.fromEntries(types), sums: totals };
  } finally {
    await reader.close();
  }
}
