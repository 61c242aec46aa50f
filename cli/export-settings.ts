import type { SourceSettings } from "../agent-src/export/hourly.ts";
import type { RunSettings } from "../agent-src/export/run-report.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { readCount, readDatasets, readSeconds, readSink, readWindow, type SinkFlags } from "./options.ts";
import { Problems } from "./problems.ts";
import { readSources, type SourceFlags } from "./source-flags.ts";
import type { OutputFlags } from "./terminal.ts";

/** Flags of `export` as commander hands them over: text, or absent. */
export interface ExportFlags extends SinkFlags, SourceFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly job: string;
  readonly datasets?: string;
  readonly settle: string;
  readonly maxHours: string;
  readonly simulated?: string;
  readonly repair?: boolean;
  readonly dryRun?: boolean;
}

/** Everything `export` needs, checked. */
export interface ExportSettings {
  readonly run: RunSettings;
  readonly sources: SourceSettings;
  readonly sink: Sink;
  readonly notices: readonly string[];
}

const JOBS = ["hourly"];

/**
 * Checks the flags.
 * @throws ConfigError with one line for each problem
 */
export function readExportSettings(flags: ExportFlags): ExportSettings {
  const problems = new Problems();
  const datasets = problems.attempt(() => readDatasets(flags.datasets));
  const sources = readSources(
    flags,
    (datasets ?? []).map(({ name }) => name),
    problems,
  );
  const { sink, cluster } = readSink(flags, problems, "required");
  if (!JOBS.includes(flags.job)) {
    problems.add(`--job "${flags.job}" does not exist; choose from ${JOBS.join(", ")}`);
  }
  const settle = problems.attempt(() => readSeconds("--settle", flags.settle, { min: 0, max: 86_400 }));
  const window = readWindow(flags, settle ?? 0, problems);
  const maxHours = problems.attempt(() => readCount("--max-hours", flags.maxHours, { min: 1, max: 8784 }));
  problems.throwIfAny();
  if (!sources || !sink || !cluster || !datasets || !window || maxHours === undefined) {
    throw new Error("flags were refused without a reason");
  }
  return {
    run: {
      clusterArn: cluster.arn,
      datasets,
      window,
      maxHours,
      repair: flags.repair ?? false,
      ...(flags.simulated ? { simulated: flags.simulated } : {}),
    },
    sources,
    sink,
    notices: window.notices,
  };
}
