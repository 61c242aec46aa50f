import { allocation } from "../../contract/datasets/allocation.ts";
import type { Row } from "../../contract/datasets/column.ts";
import { isoSeconds, type Hour } from "../../contract/hours.ts";
import type { Manifest, ManifestObject } from "../../contract/manifest.ts";
import { TransientError } from "./errors.ts";
import { ALLOCATION_COLUMNS, focusRows } from "./focus-row.ts";
import type { HourAnswer, OpenHour } from "./hour-source.ts";
import { readManifest } from "./ledger.ts";
import { readRowGroups, sha256Of } from "./parquet-read.ts";
import type { Sink } from "./sink.ts";

/** What the focus dataset is made from. */
export interface FocusDeps {
  /** Where the allocation of the same hour is committed. */
  readonly sink: Sink;
  readonly clusterArn: string;
}

/**
 * Opens the `focus` dataset of an hour: the committed rows of `allocation`, one for one, as FOCUS wants them. From the
 * file and not from OpenCost, because a second answer may differ, costs it up to 15 seconds again, and is gone after
 * its retention; so the sums equal, and any hour that was ever exported can be had. Without that file the hour fails
 * alone, and is done when the allocation is there.
 */
export function openFocus(deps: FocusDeps): OpenHour<Row> {
  return (hour) => {
    let manifest: Manifest | undefined;
    async function* rows(): AsyncGenerator<Row, void, undefined> {
      manifest = await committedAllocation(deps, hour);
      if (manifest.object) yield* readRows(deps, hour, manifest, manifest.object);
    }
    return {
      rows: rows(),
      summary: () => ({
        queries: { expected: 1, answered: manifest ? 1 : 0 },
        sources: { ...manifest?.sources, ...originOf(manifest) },
        warnings: (manifest?.warnings ?? []).map((warning) => `allocation: ${warning}`),
      }),
    } satisfies HourAnswer<Row>;
  };
}

/** Which file the rows are made from: a restated allocation has another one. */
function originOf(manifest: Manifest | undefined): Record<string, string> {
  return manifest?.object ? { allocation: `sha256:${manifest.object.sha256}` } : {};
}

async function committedAllocation({ sink, clusterArn }: FocusDeps, hour: Hour): Promise<Manifest> {
  const stored = await readManifest(sink, { dataset: allocation, clusterArn, hour });
  if (stored?.manifest) return stored.manifest;
  const reason = stored
    ? `its manifest cannot be read: ${stored.problem ?? "unknown"}`
    : "it is not committed";
  throw new TransientError(
    `Dataset "focus" is made from "allocation", and of ${isoSeconds(hour)} ${reason}; export "allocation" of that hour, too`,
  );
}

async function* readRows(
  { sink, clusterArn }: FocusDeps,
  hour: Hour,
  manifest: Manifest,
  object: ManifestObject,
): AsyncGenerator<Row, void, undefined> {
  const bytes = await sink.read(object.key);
  if (!bytes || sha256Of(bytes) !== object.sha256) {
    throw new TransientError(
      `Dataset "focus" is made from "${object.key}" in ${sink.url}, which is not the file that its manifest names; run "export --repair"`,
    );
  }
  const build = focusRows(hour, clusterArn, manifest.totals["total_cost"] ?? 0);
  for await (const { rows } of readRowGroups(bytes, new Set(ALLOCATION_COLUMNS))) {
    for (const row of rows) yield build(row);
  }
}
