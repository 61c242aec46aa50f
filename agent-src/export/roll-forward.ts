import type { Dataset } from "../../contract/datasets/column.ts";
import { findDataset, schemaId } from "../../contract/datasets/index.ts";
import { dateOf, hoursBetween, SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { MANIFEST_FORMAT, type ManifestObject } from "../../contract/manifest.ts";
import { dataFolder, parseDataKey, type DatasetHour } from "../../contract/object-keys.ts";
import { readManifest } from "./ledger.ts";
import { sha256Of } from "./parquet-read.ts";
import { WRITER, type FileSubject } from "./parquet-schema.ts";
import type { HourWindow } from "./plan.ts";
import type { RunSettings } from "./run-report.ts";
import { inspectFile } from "./settle.ts";
import type { Sink, SinkObject } from "./sink.ts";
import { storeManifest } from "./store-manifest.ts";

const WARNING =
  "this manifest was made from the file alone: the run that wrote the file did not end, and Prometheus no longer has the hour";

/**
 * Commits the whole files of a window that no manifest names, as they are: for hours that no source can answer again.
 * A file that is cut short or of another subject stays uncommitted, and so does one that is unlike a readable manifest:
 * it may be damaged, and its hour is told by `verify`.
 * @returns what was committed
 * @throws what the sink threw
 */
export async function rollForward(
  settings: RunSettings,
  sink: Sink,
  window: HourWindow,
  now: Date,
): Promise<DatasetHour[]> {
  const dates = [...new Set(hoursBetween(window.from, window.until).map(dateOf))];
  const done: DatasetHour[] = [];
  for (const dataset of settings.datasets) {
    for (const date of dates) {
      for await (const object of sink.list(dataFolder(dataset.name, dataset.version, date))) {
        const subject = subjectAt(settings, dataset, object, window);
        if (subject && (await commitFile(settings, sink, subject, object, now)))
          done.push({ dataset: dataset.name, hour: subject.hour });
      }
    }
  }
  return done;
}

function subjectAt(
  { clusterArn }: RunSettings,
  dataset: Dataset,
  { key }: SinkObject,
  { from, until }: HourWindow,
): FileSubject | undefined {
  const hour = parseDataKey(key)?.hour;
  return hour === undefined || hour < from || hour >= until ? undefined : { dataset, clusterArn, hour };
}

async function commitFile(
  { simulated }: RunSettings,
  sink: Sink,
  subject: FileSubject,
  { key, bytes, etag }: SinkObject,
  now: Date,
): Promise<boolean> {
  const stored = await readManifest(sink, subject);
  if (stored?.manifest) return false;
  // What is made from a committed file is made again, and then says from which.
  const origin = subject.dataset.derivedFrom && findDataset(subject.dataset.derivedFrom);
  if (origin && (await readManifest(sink, { ...subject, dataset: origin }))?.manifest) return false;
  const content = await sink.read(key);
  const found = content && (await inspectFile(content, subject));
  if (!found) return false;
  const { dataset, clusterArn, hour } = subject;
  const object: ManifestObject = { key, bytes, etag, sha256: sha256Of(content) };
  const manifest = {
    format: MANIFEST_FORMAT,
    clusterArn,
    dataset: dataset.name,
    schema: schemaId(dataset),
    hourStart: hour,
    hourEnd: hour + SECONDS_PER_HOUR,
    rows: found.rows,
    object,
    totals: found.totals,
    queries: { expected: 0, answered: 0 },
    sources: {},
    writer: WRITER,
    revision: 1,
    warnings: [WARNING],
    ...(simulated === undefined ? {} : { simulated }),
    writtenAt: now.toISOString(),
  } as const;
  await storeManifest(sink, subject, manifest, "recovered", stored);
  return true;
}
