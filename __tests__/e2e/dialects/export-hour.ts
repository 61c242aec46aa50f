import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { container } from "../../../contract/datasets/container.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import { CLUSTER_ARN, CLUSTER_PREFIX, exportHours } from "../export/cli.ts";
import { dataFileKey } from "../export/folder.ts";
import { readRows, type FileRow } from "../readers/read-rows.ts";

/** Exports one hour of the dataset `container` below `directory`, as a person does, and reads the file back. */
export async function exportHour(prometheusUrl: string, hour: number, directory: string): Promise<FileRow[]> {
  const window = ["--from", isoSeconds(hour), "--until", isoSeconds(hour + 3600)];
  const report = await exportHours([
    ...["export", "--json", "--datasets", container.name, "--cluster-arn", CLUSTER_ARN],
    ...["--prometheus-url", prometheusUrl, "--sink", pathToFileURL(directory).href],
    ...window,
  ]);
  assert.deepEqual([report.failed, report.exported.length], [[], 1]);
  return readRows(join(directory, CLUSTER_PREFIX, dataFileKey(container.name, hour)));
}
