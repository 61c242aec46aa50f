import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";

/** What an exporter wrote. */
export interface Written {
  readonly files: number;
  readonly rows: number;
  /** Leaf columns of the widest file. */
  readonly columns: number;
  readonly bytes: number;
}

/** Counts the Parquet files below a folder. */
export async function countWritten(folder: string): Promise<Written> {
  const found = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".parquet"));
  let [rows, columns, bytes] = [0, 0, 0];
  for (const name of found) {
    const file = join(folder, name);
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    rows += Number(metadata.num_rows);
    columns = Math.max(columns, metadata.schema.filter(({ num_children: children }) => !children).length);
    bytes += (await stat(file)).size;
  }
  return { files: found.length, rows, columns, bytes };
}
