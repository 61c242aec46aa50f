import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dataset } from "../../../contract/datasets/column.ts";
import { DATASETS } from "../../../contract/datasets/index.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import { CLUSTER_ARN, CLUSTER_PREFIX, exportHours } from "../export/cli.ts";
import { dataFileKey } from "../export/folder.ts";
import { readRows, type FileRow } from "../readers/read-rows.ts";

const OF_OPENCOST = ["allocation", "focus"];

/** The datasets that need Prometheus only. */
export const OF_PROMETHEUS: readonly Dataset[] = DATASETS.filter(({ name }) => !OF_OPENCOST.includes(name));

/** Rows of a dataset's hour, by the dataset's name. */
export type ExportedHour = ReadonlyMap<string, readonly FileRow[]>;

/** Exports one hour of `OF_PROMETHEUS` below `directory`, as a person does, and reads the files back. */
export async function exportHour(
  prometheusUrl: string,
  hour: number,
  directory: string,
): Promise<ExportedHour> {
  const names = OF_PROMETHEUS.map(({ name }) => name);
  const window = ["--from", isoSeconds(hour), "--until", isoSeconds(hour + 3600)];
  const report = await exportHours([
    ...["export", "--json", "--datasets", names.join(), "--cluster-arn", CLUSTER_ARN],
    ...["--prometheus-url", prometheusUrl, "--sink", pathToFileURL(directory).href],
    ...window,
  ]);
  assert.deepEqual([report.failed, report.exported.length], [[], names.length]);
  const exported = new Map<string, FileRow[]>();
  for (const name of names)
    exported.set(name, await readRows(join(directory, CLUSTER_PREFIX, dataFileKey(name, hour))));
  return exported;
}
