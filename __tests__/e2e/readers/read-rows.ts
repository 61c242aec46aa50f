import { DuckDBInstance } from "@duckdb/node-api";

/** A row of a Parquet file: times as epoch milliseconds, integers as numbers, JSON as its text. */
export type FileRow = Readonly<Record<string, string | number | boolean | null>>;

/** Every row of a Parquet file, in its order, read by DuckDB. @throws Error naming a value of a type not known here */
export async function readRows(path: string): Promise<FileRow[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning=false)`;
    const answer = await connection.runAndReadAll(`select * from ${file}`);
    return answer
      .getRowObjectsJS()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plain(column, value)])),
      );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function plain(column: string, value: unknown): string | number | boolean | null {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "bigint") return Number(value);
  if (value === null || ["string", "number", "boolean"].includes(typeof value))
    return value as string | number | boolean | null;
  throw new Error(
    `column "${column}" holds "${String(value)}"; expected text, a number, a boolean or a time`,
  );
}
