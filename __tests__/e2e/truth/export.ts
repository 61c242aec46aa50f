import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isoSeconds } from "../../../contract/hours.ts";
import { CLUSTER_ARN, CLUSTER_PREFIX, parseReport, type ExportReport } from "../export/cli.ts";
import { dataFileKey } from "../export/folder.ts";
import { tryCommand } from "../ground/command.ts";
import type { Life } from "../ground/generator/plan.ts";
import { watchPeakMemory } from "../ground/peak-memory.ts";
import type { TruthSources } from "./sources.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** The stand-in thinks for half a minute about an hour of 20,000 pods. */
const ANSWER_TIME = "300s";

/** A finished export. */
export interface Exported {
  readonly report: ExportReport;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** Runs `container-insights export` for some hours, which must succeed. @param which `--datasets …` or `--job …` */
export async function exportWindow(
  which: readonly string[],
  { from, until }: Life,
  { prometheus, opencostUrl }: TruthSources,
  folder: string,
): Promise<Exported> {
  const sources = [
    "--prometheus-url",
    prometheus.url,
    "--opencost-url",
    opencostUrl,
    "--timeout",
    ANSWER_TIME,
  ];
  const window = ["--from", isoSeconds(from), "--until", isoSeconds(until), ...which];
  const sink = ["--cluster-arn", CLUSTER_ARN, "--sink", pathToFileURL(folder).href, "--json"];
  const peak = watchPeakMemory();
  const start = performance.now();
  const args = ["cli/bin.mjs", "export", ...sources, ...window, ...sink];
  const result = await tryCommand(process.execPath, args, {
    cwd: ROOT,
    timeoutSeconds: 3600,
    onStart: peak.watch,
  });
  const report = parseReport<ExportReport>(result, 0);
  return { report, seconds: (performance.now() - start) / 1000, peakBytes: peak.bytes() };
}

/** The file of one of the dataset's hours. */
export function exportedFile(folder: string, dataset: string, hour: number): string {
  return join(folder, CLUSTER_PREFIX, dataFileKey(dataset, hour));
}
