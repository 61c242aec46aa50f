import { open } from "node:fs/promises";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { parquetSchema } from "../../../agent-src/export/parquet-schema.ts";
import { ROW_GROUP, samplesDataset, TEXT_COLUMNS } from "../dataset.ts";
import { readMatrix } from "../read-matrix.ts";

/** The project's reader, and hyparquet-writer fed with columns and choosing encodings itself. */
export async function run(url: string, file: string): Promise<void> {
  await writeColumns(readMatrix(url), file);
}

/** A series as both readers have it. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestamps: Iterable<number>;
  readonly values: ArrayLike<number>;
}

/** Writes series with hyparquet-writer, a row group at a time. */
export async function writeColumns(
  series: AsyncIterable<Series> | Iterable<Series>,
  file: string,
): Promise<void> {
  const handle = await open(file, "w");
  const buffer = new ByteWriter();
  const writer = new ParquetWriter({
    writer: buffer,
    schema: parquetSchema(samplesDataset),
    codec: "SNAPPY",
  });
  const names = samplesDataset.columns.map((column) => column.name);
  let data = new Map(names.map((name) => [name, [] as unknown[]]));
  const put = (name: string, value: unknown): void => void data.get(name)?.push(value);
  const flush = async (): Promise<void> => {
    await handle.write(buffer.getBytes().slice());
    buffer.index = 0;
  };
  const writeGroup = async (): Promise<void> => {
    await writer.write({
      columnData: names.map((name) => ({ name, data: data.get(name) ?? [] })),
      rowGroupSize: 1e9,
    });
    await flush();
    data = new Map(names.map((name) => [name, []]));
  };
  for await (const { labels, timestamps, values } of series) {
    const texts = new Map(Object.entries({ ...labels, labels: JSON.stringify(labels) }));
    let at = 0;
    for (const seconds of timestamps) {
      put("ts", BigInt(seconds * 1000));
      put("value", values[at++]);
      for (const name of TEXT_COLUMNS) put(name, texts.get(name) ?? null);
    }
    if ((data.get("ts")?.length ?? 0) >= ROW_GROUP) await writeGroup();
  }
  if ((data.get("ts")?.length ?? 0) > 0) await writeGroup();
  await writer.finish();
  await flush();
  await handle.close();
}
