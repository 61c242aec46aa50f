import { open } from "node:fs/promises";
import { encodeRows } from "../../../agent-src/export/parquet.ts";
import { SeriesRows } from "../../../agent-src/export/series-rows.ts";
import { samplesDataset } from "../dataset.ts";
import { RANGE, readMatrix } from "../read-matrix.ts";

async function* sampleRows(url: string): AsyncGenerator<SeriesRows, void, undefined> {
  for await (const { labels, timestamps, values } of readMatrix(url)) {
    const ts = new Float64Array(timestamps.length);
    for (let at = 0; at < ts.length; at++) ts[at] = Math.round((timestamps[at] as number) * 1000);
    yield new SeriesRows(values.length, { ...labels, labels: JSON.stringify(labels) }, { ts, value: values });
  }
}

/** The project's reader and the project's encoder, as an export runs them. */
export async function run(url: string, file: string): Promise<void> {
  const handle = await open(file, "w");
  const subject = {
    dataset: samplesDataset,
    clusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/bench",
    hour: RANGE.startSeconds,
  };
  await encodeRows(subject, sampleRows(url), async (bytes) => void (await handle.write(bytes)));
  await handle.close();
}
