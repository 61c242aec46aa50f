import { findDataset } from "../../contract/datasets/index.ts";
import type { Hour } from "../../contract/hours.ts";
import type { Manifest } from "../../contract/manifest.ts";
import { dataKey, manifestKey } from "../../contract/object-keys.ts";
import { readManifest, type StoredManifest } from "./ledger.ts";
import type { FileSubject } from "./parquet-schema.ts";
import type { Sink } from "./sink.ts";
import { checkManifest, checkObject, type ObjectProblem, type Problem } from "./verify-object.ts";

/** One thing that is wrong. */
export interface Finding {
  readonly problem: Problem;
  /** Absent for objects whose key names none. */
  readonly dataset?: string;
  readonly hour?: Hour;
  /** Key below the cluster's prefix. */
  readonly key: string;
  /** What is wrong, with the values. */
  readonly detail: string;
}

/** What was found at a dataset-hour. */
export interface CheckedHour {
  /** Absent when there is none. */
  readonly stored?: StoredManifest;
  /** The object that the manifest names, or would name if it could be read. */
  readonly objectKey?: string;
  /** Empty when the manifest describes a sound object. */
  readonly findings: readonly Finding[];
}

/** Compares a dataset-hour's manifest, object and the object's contents. @throws what the sink threw */
export async function checkHour(sink: Sink, subject: FileSubject): Promise<CheckedHour> {
  const at = { dataset: subject.dataset.name, hour: subject.hour };
  const key = manifestKey(at);
  const stored = await readManifest(sink, subject);
  if (!stored) {
    return { findings: [{ problem: "missing-hour", ...at, key, detail: "there is no manifest" }] };
  }
  const { manifest, problem } = stored;
  if (!manifest) {
    const detail = problem ?? "it cannot be read";
    const objectKey = dataKey(at, subject.dataset.version);
    return { stored, objectKey, findings: [{ problem: "bad-manifest", ...at, key, detail }] };
  }
  const findings = checkManifest(manifest).map((found): Finding => ({ ...found, ...at, key }));
  findings.push(...(await checkOrigin(sink, subject, manifest)).map((found) => ({ ...found, ...at, key })));
  const { object } = manifest;
  if (!object) return { stored, findings };
  const problems = await checkObject(sink, manifest, object, subject);
  findings.push(...problems.map((found) => ({ ...found, ...at, key: object.key })));
  return { stored, objectKey: object.key, findings };
}

/** Whether a derived dataset's hour is made from the origin's file that is committed now. */
async function checkOrigin(
  sink: Sink,
  { dataset, clusterArn, hour }: FileSubject,
  manifest: Manifest,
): Promise<ObjectProblem[]> {
  const origin = dataset.derivedFrom === undefined ? undefined : findDataset(dataset.derivedFrom);
  if (!origin) return [];
  // A missing or unreadable manifest is a finding of the origin's own.
  const stored = await readManifest(sink, { dataset: origin, clusterArn, hour });
  if (!stored?.manifest) return [];
  const { object } = stored.manifest;
  const now = object && `sha256:${object.sha256}`;
  const then = manifest.sources[origin.name];
  if (now === then) return [];
  const detail =
    `it is made from ${then ?? "no file"} of "${origin.name}", which is ${now ?? "no file"} now; ` +
    `run "backfill --restate --datasets ${dataset.name}" over this hour`;
  return [{ problem: "stale", detail }];
}

/** The manifest of a dataset-hour when it does not describe a sound object: what a repair replaces. */
export async function findUnsound(sink: Sink, subject: FileSubject): Promise<StoredManifest | undefined> {
  const { stored, findings } = await checkHour(sink, subject);
  return findings.length > 0 ? stored : undefined;
}
