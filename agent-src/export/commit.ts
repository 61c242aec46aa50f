import type { Row } from "../../contract/datasets/column.ts";
import { schemaId } from "../../contract/datasets/index.ts";
import { SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { MANIFEST_FORMAT, type Manifest } from "../../contract/manifest.ts";
import { dataKey } from "../../contract/object-keys.ts";
import type { HourSummary, OpenHour } from "./hour-source.ts";
import { encodeRows } from "./parquet.ts";
import { WRITER, type FileSubject } from "./parquet-schema.ts";
import { settleEmpty, settleObject, type Settled } from "./settle.ts";
import type { Sink, Upload } from "./sink.ts";
import { storeManifest, type HourOutcome } from "./store-manifest.ts";

/** One dataset-hour to be exported. */
export interface HourJob {
  readonly subject: FileSubject;
  readonly open: OpenHour;
  readonly sink: Sink;
  /** Ends the reading of the source; what was uploaded is left out. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Says what the data is when it is not a measurement. */
  readonly simulated?: string;
}

/**
 * Exports one dataset-hour: stream the rows into an upload, make the object visible once the stream has ended well,
 * write the manifest last. Whatever fails on the way leaves no manifest, so that the next run does the hour again.
 * @throws what the source or the sink threw
 */
export async function commitHour(job: HourJob): Promise<HourOutcome> {
  const { subject, sink } = job;
  const upload = new LazyUpload(
    sink,
    dataKey({ dataset: subject.dataset.name, hour: subject.hour }, subject.dataset.version),
  );
  try {
    const answer = job.open(subject.hour, job.signal);
    const encoded = await encodeRows(subject, untilAborted(answer.rows, job.signal), (bytes) =>
      upload.write(bytes),
    );
    const summary = answer.summary();
    const settled =
      encoded.rows === 0
        ? await settleEmpty(sink, subject)
        : await settleObject(sink, subject, encoded, upload);
    if (settled.kind === "already") return { how: "already", manifest: settled.manifest };
    return await storeManifest(sink, subject, toManifest(job, summary, settled), settled.kind);
  } finally {
    await upload.abort();
  }
}

async function* untilAborted(rows: AsyncIterable<Row>, signal: AbortSignal): AsyncGenerator<Row> {
  for await (const row of rows) {
    signal.throwIfAborted();
    yield row;
  }
  signal.throwIfAborted();
}

function toManifest(
  job: HourJob,
  summary: HourSummary,
  settled: Exclude<Settled, { kind: "already" }>,
): Manifest {
  const { dataset, clusterArn, hour } = job.subject;
  return {
    format: MANIFEST_FORMAT,
    clusterArn,
    dataset: dataset.name,
    schema: schemaId(dataset),
    hourStart: hour,
    hourEnd: hour + SECONDS_PER_HOUR,
    rows: settled.rows,
    ...(settled.object ? { object: settled.object } : {}),
    totals: settled.totals,
    queries: summary.queries,
    sources: summary.sources,
    writer: WRITER,
    revision: 1,
    warnings: [...summary.warnings, ...settled.warnings],
    ...(job.simulated === undefined ? {} : { simulated: job.simulated }),
    writtenAt: job.now().toISOString(),
  };
}

/** An upload that starts with its first byte: an empty hour starts none. */
class LazyUpload implements Upload {
  readonly #sink: Sink;
  readonly #key: string;
  #upload: Upload | undefined;

  constructor(sink: Sink, key: string) {
    this.#sink = sink;
    this.#key = key;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#upload ??= await this.#sink.upload(this.#key, "application/vnd.apache.parquet");
    await this.#upload.write(bytes);
  }

  complete(condition: Parameters<Upload["complete"]>[0]): ReturnType<Upload["complete"]> {
    if (!this.#upload) throw new Error(`Nothing was written to "${this.#key}"`);
    return this.#upload.complete(condition);
  }

  async abort(): Promise<void> {
    await this.#upload?.abort();
  }
}
