import { statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import pMap from "p-map";
import { FileSink } from "../agent-src/adapters/file-sink.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import type { CommittedHour } from "./committed.ts";
import { describeDamage, sizeDamage } from "./damage.ts";

/** Downloads of one session; above it a query engine next to the bucket is the better tool. */
export const DOWNLOAD_LIMIT_BYTES = 2 * 1024 ** 3;

/** Committed data objects as files of this machine. */
export interface LocalFiles {
  readonly pathOf: (key: string) => string;
  /** Datasets of which a file is missing or, as far as was looked, damaged; with what is wrong. */
  readonly damaged: ReadonlyMap<string, string>;
  /** Removes what was downloaded. */
  remove(): Promise<void>;
}

/**
 * A folder's files where they are; others are downloaded to a new folder in `temporary`.
 * @throws Error when more than {@link DOWNLOAD_LIMIT_BYTES} would have to be downloaded
 */
export async function openLocalFiles(
  sink: Sink,
  committed: readonly CommittedHour[],
  temporary: string,
): Promise<LocalFiles> {
  return sink instanceof FileSink
    ? filesInPlace(sink, committed)
    : await downloadedFiles(sink, committed, temporary);
}

function filesInPlace(sink: FileSink, committed: readonly CommittedHour[]): LocalFiles {
  const damaged = new Map<string, string>();
  for (const { manifest, dataKey } of committed) {
    if (dataKey === undefined || damaged.has(manifest.dataset)) continue;
    const size = statSync(sink.pathOf(dataKey), { throwIfNoEntry: false })?.size;
    const damage = sizeDamage(sink, dataKey, manifest.object?.bytes ?? 0, size);
    if (damage !== undefined) damaged.set(manifest.dataset, damage);
  }
  return { pathOf: (key) => sink.pathOf(key), damaged, remove: async () => {} };
}

async function downloadedFiles(
  sink: Sink,
  committed: readonly CommittedHour[],
  temporary: string,
): Promise<LocalFiles> {
  const total = committed.reduce((sum, { manifest }) => sum + (manifest.object?.bytes ?? 0), 0);
  if (total > DOWNLOAD_LIMIT_BYTES) {
    throw new Error(
      `Reading ${sink.url} would download ${total} bytes, more than the limit of ${DOWNLOAD_LIMIT_BYTES}; ` +
        `narrow it with --from and --until, or use Athena or Trino on the bucket`,
    );
  }
  const directory = await mkdtemp(join(temporary, "container-insights-"));
  const damaged = new Map<string, string>();
  async function download(hour: CommittedHour): Promise<void> {
    if (hour.dataKey === undefined) return;
    const bytes = await sink.read(hour.dataKey);
    const damage = describeDamage(sink, hour, bytes);
    if (damage !== undefined) damaged.set(hour.manifest.dataset, damage);
    if (!bytes) return;
    const path = join(directory, hour.dataKey);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await pMap(committed, download, { concurrency: 8 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { pathOf: (key) => join(directory, key), damaged, remove };
}
