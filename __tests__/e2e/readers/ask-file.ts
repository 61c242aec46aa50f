import { DuckDBInstance } from "@duckdb/node-api";

/** Asks DuckDB about Parquet files: `ask("select count(*) from file", path)`. Answers are plain values. */
export async function askFile(sql: string, path: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = `read_parquet('${path.replaceAll("'", "''")}', hive_partitioning=false)`;
    await connection.run(`create view file as select * from ${file}`);
    const answer = await connection.runAndReadAll(sql);
    return answer.getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Columns as one text, nulls told from empty texts; the same as {@link joinedKey}. */
export function joinedSql(columns: readonly string[]): string {
  return columns.map((name) => `coalesce("${name}", chr(2))`).join(" || chr(1) || ");
}

/** Values as one text. */
export function joinedKey(values: readonly (string | null)[]): string {
  return values.map((value) => value ?? "\u0002").join("\u0001");
}
