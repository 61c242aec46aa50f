import pMap from "p-map";
import { hoursBetween, SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import { parseManifestAt, type Manifest } from "../../contract/manifest.ts";
import {
  failureDayPrefix,
  manifestDayPrefix,
  manifestKey,
  parseManifestKey,
} from "../../contract/object-keys.ts";
import type { FileSubject } from "./parquet-schema.ts";
import type { HourWindow } from "./plan.ts";
import type { Sink, SinkObject } from "./sink.ts";

/** Keys of the manifests that cover the window's days: what is committed. Empty objects do not count. */
export function listManifests(sink: Sink, window: HourWindow): Promise<Set<string>> {
  return listDays(sink, window, manifestDayPrefix);
}

/**
 * The hour up to which all of these datasets have been committed once: the oldest of their newest committed hours.
 * Looks back day by day, so that it costs one listing when every dataset keeps up; undefined when none has an hour.
 */
export async function findLastCommitted(
  sink: Sink,
  datasets: readonly string[],
  { from, until }: HourWindow,
): Promise<Hour | undefined> {
  const newest = new Map<string, Hour>();
  const byDay = new Map(hoursBetween(from, until).map((hour) => [manifestDayPrefix(hour), hour]));
  for (const hour of [...byDay.values()].reverse()) {
    if (newest.size === datasets.length) break;
    const found = new Map<string, Hour>();
    for (const key of await listManifests(sink, { from: hour, until: hour + SECONDS_PER_HOUR })) {
      const step = parseManifestKey(key);
      if (!step || step.hour < from || step.hour >= until || !datasets.includes(step.dataset)) continue;
      found.set(step.dataset, Math.max(step.hour, found.get(step.dataset) ?? step.hour));
    }
    for (const [dataset, last] of found) if (!newest.has(dataset)) newest.set(dataset, last);
  }
  return newest.size === 0 ? undefined : Math.min(...newest.values());
}

/** Keys of the failure records that cover the window's days: what was tried, and failed then. */
export function listFailures(sink: Sink, window: HourWindow): Promise<Set<string>> {
  return listDays(sink, window, failureDayPrefix);
}

async function listDays(
  sink: Sink,
  window: HourWindow,
  prefixOf: (hour: Hour) => string,
): Promise<Set<string>> {
  const keys = new Set<string>();
  const prefixes = new Set(hoursBetween(window.from, window.until).map(prefixOf));
  for (const prefix of prefixes) {
    for await (const { key, bytes } of sink.list(prefix)) if (bytes > 0) keys.add(key);
  }
  return keys;
}

/**
 * When the dataset-hours of these failure records were last tried, by key; milliseconds since 1970. A record that is
 * gone or cannot be read counts as 0.
 */
export async function readFailureTimes(sink: Sink, keys: readonly string[]): Promise<Map<string, number>> {
  const times = await pMap(
    keys,
    async (key) => {
      const bytes = await sink.read(key);
      return [key, bytes ? timeOf(bytes) : 0] as const;
    },
    { concurrency: 16 },
  );
  return new Map(times);
}

function timeOf(record: Uint8Array): number {
  try {
    const { at } = JSON.parse(new TextDecoder().decode(record)) as { readonly at?: unknown };
    return Date.parse(String(at)) || 0;
  } catch {
    return 0;
  }
}

/** A stored manifest with what is needed to replace it. */
export interface StoredManifest {
  readonly object: SinkObject;
  /** undefined when what is stored is no manifest of this subject. */
  readonly manifest: Manifest | undefined;
  /** Why it is none. */
  readonly problem: string | undefined;
}

/** A manifest that is to be replaced together with its object, by a repair or a restatement. */
export interface ReplacedManifest extends StoredManifest {
  /** It describes a sound object, so an answer with the same bytes changes nothing. */
  readonly isSound: boolean;
  /** An answer with fewer rows, or none, may take its place. */
  readonly mayShrink: boolean;
}

/** Reads the manifest of a dataset-hour; undefined when there is none. */
export async function readManifest(sink: Sink, subject: FileSubject): Promise<StoredManifest | undefined> {
  const { dataset, hour, clusterArn } = subject;
  const place = { dataset: dataset.name, hour, clusterArn, version: dataset.version };
  const key = manifestKey(place);
  // The etag is taken first: if the object changes in between, a write that depends on it fails, which is right.
  const object = await sink.head(key);
  const bytes = object && (await sink.read(key));
  if (!object || !bytes) return undefined;
  try {
    return { object, manifest: parseManifestAt(new TextDecoder().decode(bytes), place), problem: undefined };
  } catch (error) {
    return { object, manifest: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
