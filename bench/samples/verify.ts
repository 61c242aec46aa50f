import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

/** What all files of a comparison must have in common. */
export interface FileFacts {
  readonly rows: number;
  readonly sum: number;
  readonly pods: number;
}

/** Reads a file back: rows, sum of the values in file order, and distinct pods. */
export async function readFacts(path: string): Promise<FileFacts> {
  const file = await asyncBufferFromFile(path);
  const rows = await parquetReadObjects({ file, columns: ["value", "pod"] });
  const sum = rows.reduce((total, row) => total + Number(row["value"]), 0);
  return { rows: rows.length, sum, pods: new Set(rows.map((row) => row["pod"])).size };
}
