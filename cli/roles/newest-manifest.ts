import type { Sink } from "../../agent-src/export/sink.ts";
import { hourOf, hoursBetween, SECONDS_PER_HOUR } from "../../contract/hours.ts";
import { parseManifestAt, type Manifest } from "../../contract/manifest.ts";
import { manifestDayPrefix, parseManifestKey, type DatasetHour } from "../../contract/object-keys.ts";

/** An hour's manifest is written once the hour is over and has settled. */
const HOURS_TO_SETTLE = 2;

interface Found extends DatasetHour {
  readonly key: string;
}

/** Manifests that may have been written less than `hours` before `now`, newest hour first. */
async function recentKeys(sink: Sink, now: Date, hours: number): Promise<Found[]> {
  const current = hourOf(now.getTime() / 1000);
  const from = current - (hours + HOURS_TO_SETTLE) * SECONDS_PER_HOUR;
  const found: Found[] = [];
  for (const prefix of new Set(hoursBetween(from, current + 1).map(manifestDayPrefix))) {
    for await (const { key } of sink.list(prefix)) {
      const at = parseManifestKey(key);
      if (at !== undefined && at.hour >= from) found.push({ key, ...at });
    }
  }
  return found.sort((left, right) => right.hour - left.hour);
}

/**
 * The manifest of the newest hour that was measured, of those written less than `hours` before `now`; undefined when there
 * is none. `sink` is rooted at the cluster's prefix.
 * @throws Error naming a manifest that cannot be read, or is not this cluster's; TransientError when the sink cannot be reached
 */
export async function newestManifest(
  sink: Sink,
  clusterArn: string,
  now: Date,
  hours: number,
): Promise<Manifest | undefined> {
  const earliest = now.getTime() - hours * SECONDS_PER_HOUR * 1000;
  for (const { key, dataset, hour } of await recentKeys(sink, now, hours)) {
    const bytes = await sink.read(key);
    if (bytes === undefined) continue;
    const manifest = readManifest(bytes, `${sink.url}/${key}`, { dataset, hour, clusterArn });
    if (manifest.simulated === undefined && Date.parse(manifest.writtenAt) >= earliest) return manifest;
  }
  return undefined;
}

function readManifest(bytes: Uint8Array, url: string, place: DatasetHour & { clusterArn: string }): Manifest {
  try {
    return parseManifestAt(new TextDecoder().decode(bytes), place);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Manifest ${url} cannot be read: ${reason}; run "verify"`, { cause });
  }
}
