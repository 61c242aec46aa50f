import { serializeManifest, type Manifest } from "../../contract/manifest.ts";
import { manifestKey } from "../../contract/object-keys.ts";
import { TransientError } from "./errors.ts";
import { readManifest, type StoredManifest } from "./ledger.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { putConfirmed } from "./put-confirmed.ts";
import { ConditionFailedError, type Sink, type WriteCondition } from "./sink.ts";

/** How a dataset-hour became committed. */
export interface HourOutcome {
  /**
   * `written`; `recovered` when an earlier run's object was kept; `already` when another run was faster; `unchanged`
   * when a restatement made the bytes that are there.
   */
  readonly how: "written" | "recovered" | "already" | "unchanged";
  readonly manifest: Manifest;
}

const ATTEMPTS = 5;

/**
 * Writes the manifest of an hour whose object is in place. When one is there already, the one that describes the
 * object stays; a manifest that does not is replaced, if it is still the same then. A repair `replaces` one from the start.
 * @throws TransientError when other writers keep changing it
 */
export async function storeManifest(
  sink: Sink,
  subject: FileSubject,
  manifest: Manifest,
  how: "written" | "recovered",
  replaces?: StoredManifest,
): Promise<HourOutcome> {
  const key = manifestKey({ dataset: subject.dataset.name, hour: subject.hour });
  let condition = conditionOf(replaces);
  let current = { ...manifest, revision: nextRevision(replaces) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const bytes = new TextEncoder().encode(serializeManifest(current));
      await putConfirmed(sink, key, bytes, "application/json", condition);
      return { how, manifest: current };
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
    }
    const stored = await readManifest(sink, subject);
    if (stored?.manifest && (await describesObject(sink, stored.manifest, manifest))) {
      return { how: "already", manifest: stored.manifest };
    }
    condition = conditionOf(stored);
    current = { ...manifest, revision: nextRevision(stored) };
  }
  throw new TransientError(
    `Manifest "${key}" in ${sink.url} was changed by others ${ATTEMPTS} times in a row`,
  );
}

/** Whether `stored` can stay: it names what we wrote, or what somebody has put in our object's place since. */
async function describesObject(sink: Sink, stored: Manifest, ours: Manifest): Promise<boolean> {
  if (stored.object?.sha256 === ours.object?.sha256) return true;
  if (!stored.object) return false;
  const present = await sink.head(stored.object.key);
  return present?.etag === stored.object.etag && present.etag !== ours.object?.etag;
}

function conditionOf(stored: StoredManifest | undefined): WriteCondition {
  return stored ? { kind: "etag", etag: stored.object.etag } : { kind: "absent" };
}

function nextRevision(stored: StoredManifest | undefined): number {
  return (stored?.manifest?.revision ?? 0) + 1;
}
