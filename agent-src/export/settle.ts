import type { Manifest, ManifestObject } from "../../contract/manifest.ts";
import { dataKey } from "../../contract/object-keys.ts";
import { TransientError } from "./errors.ts";
import { readManifest, type ReplacedManifest } from "./ledger.ts";
import type { EncodedFile } from "./parquet.ts";
import { footerMismatch, readFooter, readTotals, sha256Of } from "./parquet-read.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { findDone } from "./put-confirmed.ts";
import { ConditionFailedError, type Sink, type SinkObject, type Upload } from "./sink.ts";

/** What the data object of an hour turned out to be. */
export type Settled =
  /** Ours, or an earlier run's that is as good; a manifest has still to name it. */
  | {
      readonly kind: "written" | "recovered";
      readonly rows: number;
      readonly object?: ManifestObject;
      readonly totals: Readonly<Record<string, number>>;
      readonly warnings: readonly string[];
    }
  /** Another run has committed the hour in the meantime; or a restatement has the bytes that are there. */
  | { readonly kind: "already" | "unchanged"; readonly manifest: Manifest };

const ATTEMPTS = 5;

/**
 * Makes the upload the hour's object, unless an object is there that should stay:
 * one that another run committed, one with the same bytes, or a whole one with more rows (a source that has begun to
 * forget the hour must not replace what it once answered). Anything else is replaced, if it is still the same then.
 * `replaces` is the manifest that a repair or a restatement replaces: the object that is like it goes if it is still
 * the same then; what is unlike it is damaged or unfinished, and stays only with the same bytes.
 * @throws TransientError when other writers keep changing the object
 */
export async function settleObject(
  sink: Sink,
  subject: FileSubject,
  encoded: EncodedFile,
  upload: Pick<Upload, "complete">,
  replaces?: ReplacedManifest,
): Promise<Settled> {
  const key = keyOf(subject);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const existing = await sink.head(key);
    const kept = existing && (await keep(sink, subject, existing, encoded, replaces));
    if (kept) return kept;
    const written = await complete(sink, key, encoded, upload, existing);
    if (written) return settle("written", written, encoded, encoded.warnings);
  }
  throw new TransientError(`Object "${key}" in ${sink.url} was changed by others ${ATTEMPTS} times in a row`);
}

/** Makes the upload visible in the place of what was seen there; undefined when somebody wrote it since. */
async function complete(
  sink: Sink,
  key: string,
  encoded: EncodedFile,
  upload: Pick<Upload, "complete">,
  existing: SinkObject | undefined,
): Promise<SinkObject | undefined> {
  try {
    return await upload.complete(existing ? { kind: "etag", etag: existing.etag } : { kind: "absent" });
  } catch (error) {
    if (error instanceof ConditionFailedError) return undefined;
    // It may be done, and every answer lost.
    const done = await findDone(sink, key, encoded.bytes, (bytes) => sha256Of(bytes) === encoded.sha256);
    if (done) return done;
    throw error;
  }
}

/** The same for an hour without rows: nothing to write, but an earlier run's object may be there. */
export async function settleEmpty(
  sink: Sink,
  subject: FileSubject,
  replaces?: ReplacedManifest,
): Promise<Settled> {
  const before = replaces?.isSound ? replaces.manifest : undefined;
  if (before?.rows === 0) return { kind: "unchanged", manifest: before };
  const existing = await sink.head(keyOf(subject));
  const kept = existing && (await keep(sink, subject, existing, undefined, replaces));
  if (kept) return kept;
  const warnings = existing ? [`object "${existing.key}" is not a file of this hour and is not read`] : [];
  const totals = Object.fromEntries(subject.dataset.totals.map((name) => [name, 0]));
  return { kind: "written", rows: 0, totals, warnings };
}

/**
 * Whether the hour's object is what its manifest says, after both were written: a run that looked before the manifest
 * was there may have replaced it.
 */
export async function isInPlace(sink: Sink, subject: FileSubject, manifest: Manifest): Promise<boolean> {
  const { object } = manifest;
  if (!object) return (await settleEmpty(sink, subject)).kind === "written";
  const present = await sink.head(object.key);
  if (present?.etag === object.etag) return true;
  // The same bytes can have several etags in a bucket, by how they were uploaded.
  const bytes = present && (await sink.read(object.key));
  return bytes !== undefined && sha256Of(bytes) === object.sha256;
}

async function keep(
  sink: Sink,
  subject: FileSubject,
  existing: SinkObject,
  encoded: EncodedFile | undefined,
  replaces: ReplacedManifest | undefined,
): Promise<Settled | undefined> {
  const bytes = await sink.read(existing.key);
  if (!bytes) return undefined;
  const sha256 = sha256Of(bytes);
  const stored = await readManifest(sink, subject);
  const isToGo = replaces !== undefined && stored?.object.etag === replaces.object.etag;
  if (stored?.manifest?.object?.sha256 === sha256) {
    if (!isToGo) return { kind: "already", manifest: stored.manifest };
    if (replaces.isSound && sha256 === encoded?.sha256)
      return { kind: "unchanged", manifest: stored.manifest };
  }
  if (sha256 === encoded?.sha256) return settle("recovered", existing, encoded, encoded.warnings);
  if (replaces?.manifest) return undefined;

  const found = await inspectFile(bytes, subject);
  if (!found || found.rows <= (encoded?.rows ?? 0)) return undefined;
  const warning =
    `the source now answers ${encoded?.rows ?? 0} rows; ` +
    `the object of an earlier, unfinished run with ${found.rows} rows was kept`;
  return settle("recovered", existing, { ...found, sha256 }, [warning]);
}

/** Rows and totals of a whole file of this subject; undefined when it is not one. */
export async function inspectFile(
  bytes: Uint8Array,
  subject: FileSubject,
): Promise<{ rows: number; totals: Readonly<Record<string, number>> } | undefined> {
  try {
    const footer = readFooter(bytes);
    if (footerMismatch(footer, subject) !== undefined) return undefined;
    return { rows: footer.rows, totals: await readTotals(bytes, subject.dataset) };
  } catch {
    // Not Parquet, or cut short: to be replaced.
    return undefined;
  }
}

function settle(
  kind: "written" | "recovered",
  object: SinkObject,
  file: Pick<EncodedFile, "rows" | "sha256" | "totals">,
  warnings: readonly string[],
): Settled {
  const { key, bytes, etag } = object;
  return {
    kind,
    rows: file.rows,
    object: { key, bytes, etag, sha256: file.sha256 },
    totals: file.totals,
    warnings,
  };
}

function keyOf(subject: FileSubject): string {
  return dataKey({ dataset: subject.dataset.name, hour: subject.hour }, subject.dataset.version);
}
