import { schemaId } from "../../contract/datasets/index.ts";
import { SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { MANIFEST_FORMAT, type Manifest } from "../../contract/manifest.ts";
import { dataKey } from "../../contract/object-keys.ts";
import { TransientError, UntrustedAnswerError } from "./errors.ts";
import type { HourSummary, OpenHour, RowItem } from "./hour-source.ts";
import type { ReplacedManifest } from "./ledger.ts";
import { encodeRows, type EncodedFile } from "./parquet.ts";
import { WRITER, type FileSubject } from "./parquet-schema.ts";
import { isInPlace, settleEmpty, settleObject, type Settled } from "./settle.ts";
import type { Sink, Upload } from "./sink.ts";
import { Stopwatch } from "./stopwatch.ts";
import { storeManifest, type HourOutcome } from "./store-manifest.ts";

/** One dataset-hour to be exported. */
export interface HourJob {
  readonly subject: FileSubject;
  readonly open: OpenHour;
  readonly sink: Sink;
  /** Ends the reading of the source; what was uploaded is left out. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** A repair or a restatement: the manifest that is to be replaced together with its object. */
  readonly replaces?: ReplacedManifest;
  /** Says what the data is when it is not a measurement. */
  readonly simulated?: string;
  /** Told where the time goes. */
  readonly watch?: Stopwatch;
}

const ATTEMPTS = 3;

/**
 * Exports one dataset-hour: stream the rows into an upload, make the object visible once the stream has ended well,
 * write the manifest last, and see that the object is still the one it names. Whatever fails on the way leaves no
 * manifest, so that the next run does the hour again.
 * @throws what the source or the sink threw, TransientError when other writers keep replacing the object
 */
export async function commitHour(job: HourJob): Promise<HourOutcome> {
  const { replaces: _replaced, ...again } = job;
  let outcome = await commitOnce(job);
  for (let attempt = 1; !(await isInPlace(job.sink, job.subject, outcome.manifest)); attempt += 1) {
    if (attempt === ATTEMPTS) throw replacedByOthers(job, outcome);
    // Between our object and our manifest another run put its own object there. It may have died since, and then
    // nobody else would ever look: do the hour again, against what is there now.
    outcome = await commitOnce(again);
  }
  return outcome;
}

function replacedByOthers({ sink }: HourJob, { manifest }: HourOutcome): Error {
  const key = manifest.object?.key ?? "of an hour without rows";
  return new TransientError(
    `Object "${key}" in ${sink.url} was replaced by others ${ATTEMPTS} times in a row after its manifest was written; ` +
      `run one export at a time, then "export --repair"`,
  );
}

async function commitOnce(job: HourJob): Promise<HourOutcome> {
  const { subject, sink, replaces } = job;
  const watch = job.watch ?? new Stopwatch(() => job.now().getTime());
  const upload = new LazyUpload(
    sink,
    dataKey({ dataset: subject.dataset.name, hour: subject.hour }, subject.dataset.version),
  );
  // Nothing is ever deleted, and readers by folder would go on reading what was there.
  const leavesEmptyFile = replaces?.mayShrink === true && replaces.manifest?.object !== undefined;
  try {
    const answer = job.open(subject.hour, job.signal);
    const encoded = await encodeRows(
      subject,
      watch.reading(untilAborted(answer.rows, job.signal)),
      (bytes) => watch.storing(() => upload.write(bytes)),
      leavesEmptyFile,
    );
    const summary = answer.summary();
    refuseLess(encoded, replaces);
    return await watch.storing(async () => {
      const settled =
        encoded.rows === 0 && !leavesEmptyFile
          ? await settleEmpty(sink, subject, replaces)
          : await settleObject(sink, subject, encoded, upload, replaces);
      if ("manifest" in settled) return { how: settled.kind, manifest: settled.manifest };
      return storeManifest(sink, subject, toManifest(job, summary, settled), settled.kind, replaces);
    });
  } finally {
    await upload.abort();
  }
}

/**
 * A source that has begun to forget an hour must not replace what it once answered, unless that is asked for: what is
 * left may still be of use. The same of one whose rows have lost what they measured: prices that are gone leave as many
 * rows without a cost. Looked at before the upload is completed.
 */
function refuseLess({ rows, totals, sha256 }: EncodedFile, replaces: ReplacedManifest | undefined): void {
  const before = replaces?.manifest;
  if (!before || replaces.mayShrink || sha256 === before.object?.sha256) return;
  if (rows < before.rows) throw lessThanBefore(`${rows} rows of an hour that had ${before.rows}`, replaces);
  for (const [name, total] of Object.entries(totals)) {
    const had = before.totals[name] ?? 0;
    if (had <= 0 || total >= had / 2) continue;
    throw lessThanBefore(`"${name}" ${total} of an hour that had ${had}, more than twice as much`, replaces);
  }
}

function lessThanBefore(what: string, { isSound }: ReplacedManifest): Error {
  return new UntrustedAnswerError(
    `The source now answers ${what}, so it was not ${isSound ? "restated" : "replaced"}; to take what the ` +
      `source has, ${isSound ? "add --allow-shrink" : 'run "backfill --restate --allow-shrink" over this hour'}`,
  );
}

async function* untilAborted(rows: AsyncIterable<RowItem>, signal: AbortSignal): AsyncGenerator<RowItem> {
  for await (const row of rows) {
    signal.throwIfAborted();
    yield row;
  }
  signal.throwIfAborted();
}

function toManifest(
  job: HourJob,
  summary: HourSummary,
  settled: Exclude<Settled, { manifest: Manifest }>,
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
    ...(summary.figures ? { figures: summary.figures } : {}),
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
