import pMap from "p-map";
import type { Hour } from "../contract/hours.ts";
import { parseManifestAt, type Manifest, type ManifestPlace } from "../contract/manifest.ts";
import { parseManifestKey } from "../contract/object-keys.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { DamagedDataError } from "./damaged-data-error.ts";

/** Hours `h` with `from <= h < until`. */
export interface HourRange {
  readonly from: Hour;
  readonly until: Hour;
}

/** A committed dataset-hour and where its data object is, below the sink's root. */
export interface CommittedHour {
  readonly manifest: Manifest;
  readonly manifestKey: string;
  /** Absent when the hour has no rows. */
  readonly dataKey?: string;
}

/**
 * All committed dataset-hours of a sink rooted at one cluster's prefix, or at the key prefix (all clusters).
 * `clusterArn` is the one cluster's; without it, a cluster's prefix says whose manifests may lie below it.
 * @throws DamagedDataError naming the manifest that cannot be read, or that names another cluster, hour or key than its own
 */
export async function readCommitted(
  sink: Sink,
  range?: HourRange,
  clusterArn?: string,
): Promise<CommittedHour[]> {
  const found: { key: string; prefix: string; place: ManifestPlace }[] = [];
  for await (const { key } of sink.list("")) {
    const [, prefix = "", rest = ""] = /^(cluster=[^/]+\/)?(.*)$/.exec(key) ?? [];
    const at = parseManifestKey(rest);
    if (!at || (range && (at.hour < range.from || at.hour >= range.until))) continue;
    const cluster = clusterArn === undefined ? {} : { clusterArn };
    const segment = prefix === "" ? {} : { clusterSegment: prefix.slice(0, -1) };
    found.push({ key, prefix, place: { ...at, ...cluster, ...segment } });
  }
  const committed = await pMap(found, ({ key, prefix, place }) => readOne(sink, key, prefix, place), {
    concurrency: 8,
  });
  return committed
    .filter((entry) => entry !== undefined)
    .sort((a, b) => a.manifest.hourStart - b.manifest.hourStart || (a.manifestKey < b.manifestKey ? -1 : 1));
}

async function readOne(
  sink: Sink,
  key: string,
  prefix: string,
  place: ManifestPlace,
): Promise<CommittedHour | undefined> {
  const bytes = await sink.read(key);
  if (!bytes) return undefined;
  try {
    // Held against its place before anything is read by it: its key becomes the name of a local file.
    const manifest = parseManifestAt(new TextDecoder().decode(bytes), place);
    return {
      manifest,
      manifestKey: key,
      ...(manifest.object ? { dataKey: prefix + manifest.object.key } : {}),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `Manifest "${key}" in ${sink.url} cannot be read: ${reason}; run "verify"`;
    throw new DamagedDataError(text, { cause });
  }
}
