import { createRequire } from "node:module";
import { ROW_GROUP, TEXT_COLUMNS } from "../dataset.ts";
import { fetchMatrix } from "../whole-answer.ts";

/** The part of parquetjs-lite that is used here; the package has no types. */
interface ParquetjsLite {
  readonly ParquetSchema: new (fields: Readonly<Record<string, object>>) => object;
  readonly ParquetWriter: {
    openFile(
      schema: object,
      file: string,
      options: object,
    ): Promise<{ appendRow(row: object): Promise<void>; close(): Promise<void> }>;
  };
}

/** What one would write first: the whole answer parsed at once, row by row into parquetjs-lite. */
export async function run(url: string, file: string): Promise<void> {
  const lite = createRequire(import.meta.url)("parquetjs-lite") as ParquetjsLite;
  const matrix = await fetchMatrix(url);
  const fields: Record<string, object> = {
    ts: { type: "TIMESTAMP_MILLIS", compression: "SNAPPY" },
    value: { type: "DOUBLE", compression: "SNAPPY" },
  };
  for (const name of TEXT_COLUMNS) fields[name] = { type: "UTF8", compression: "SNAPPY", optional: true };
  // Its page index is invalid, so readers that use one would fail: off, which also makes it faster.
  const options = { rowGroupSize: ROW_GROUP, pageIndex: false };
  const writer = await lite.ParquetWriter.openFile(new lite.ParquetSchema(fields), file, options);
  for (const { metric, values } of matrix) {
    const labels = JSON.stringify(metric);
    for (const [seconds, value] of values) {
      await writer.appendRow({ ...metric, ts: seconds * 1000, value: Number(value), labels });
    }
  }
  await writer.close();
}
