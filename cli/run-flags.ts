import type { Command } from "commander";
import type { Dataset } from "../contract/datasets/column.ts";
import { DATASETS } from "../contract/datasets/index.ts";
import type { SourceSettings } from "../agent-src/export/hourly.ts";
import type { RunSettings } from "../agent-src/export/run-report.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import {
  addSinkFlags,
  addWindowFlags,
  flag,
  readCount,
  readDatasets,
  readSeconds,
  readSink,
  readWindow,
  type SinkFlags,
} from "./options.ts";
import type { Problems } from "./problems.ts";
import { plainSecretNotices } from "./plain-secrets.ts";
import { addSourceFlags, readSources, type SourceFlags } from "./source-flags.ts";
import type { OutputFlags } from "./terminal.ts";

/** Flags of what exports hours, as commander hands them over: text, or absent. */
export interface RunFlags extends SinkFlags, SourceFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly job?: string;
  readonly datasets?: string;
  readonly settle: string;
  readonly maxHours?: string;
  readonly concurrency: string;
  readonly deadline?: string;
  readonly simulated?: string;
  readonly dryRun?: boolean;
}

/** Everything a run needs, checked. */
export interface CheckedRun {
  readonly run: RunSettings;
  readonly sources: SourceSettings;
  readonly sink: Sink;
  readonly notices: readonly string[];
}

/** A run may take a week: longer is a slip of the pen. */
const MAX_DEADLINE_SECONDS = 7 * 86_400;

/** The longest window there is, in hours. */
export const ALL_HOURS = "8784";

/** Adds the flags that `export` and `backfill` share; what they say of `--from` and `--job` without a value differs. */
export function addRunFlags(
  command: Command,
  defaults: { readonly window: string; readonly job: string; readonly maxHours: string },
): Command {
  addSourceFlags(command);
  addSinkFlags(command, "the EKS cluster; account, region and name come from it");
  return addWindowFlags(command, defaults.window)
    .addOption(flag("--job <name>", `what to export: hourly, samples or all (default: ${defaults.job})`))
    .addOption(flag("--datasets <list>", "comma list of datasets (default: all of the job)"))
    .addOption(flag("--settle <duration>", "leave an hour alone this long after its end", "120s"))
    .addOption(flag("--max-hours <n>", `hours that one run exports at most (default: ${defaults.maxHours})`))
    .addOption(flag("--concurrency <n>", "dataset-hours in work at once", "1"))
    .addOption(
      flag("--deadline <duration>", "start no dataset-hour after this time; the one in hand is finished"),
    )
    .addOption(flag("--simulated <text>", "mark the data as no measurement, with this text"));
}

/**
 * Checks the flags; undefined, with problems added, when something is wrong.
 * `defaults` are for flags that were not given.
 */
export function readRunFlags(
  flags: RunFlags,
  problems: Problems,
  defaults: { readonly job: string; readonly maxHours: string },
): CheckedRun | undefined {
  const datasets = problems.attempt(() => readJobDatasets(flags, defaults.job));
  const names = (datasets ?? []).map(({ name }) => name);
  const sources = readSources(flags, names, problems);
  const { sink, cluster } = readSink(flags, problems, "required");
  const settle = problems.attempt(() => readSeconds("--settle", flags.settle, { min: 0, max: 86_400 }));
  const window = readWindow(flags, settle ?? 0, problems);
  const maxHours = problems.attempt(() =>
    readCount("--max-hours", flags.maxHours ?? defaults.maxHours, { min: 1, max: Number(ALL_HOURS) }),
  );
  const concurrency = problems.attempt(() =>
    readCount("--concurrency", flags.concurrency, { min: 1, max: 32 }),
  );
  const deadline = problems.attempt(() => readDeadline(flags.deadline));
  if (!sources || !sink || !cluster || !datasets || !window) return undefined;
  if (maxHours === undefined || concurrency === undefined) return undefined;
  const run = {
    clusterArn: cluster.arn,
    datasets,
    window,
    maxHours,
    concurrency,
    ...(deadline === undefined ? {} : { deadline }),
    ...(flags.simulated ? { simulated: flags.simulated } : {}),
  };
  return { run, sources, sink, notices: [...window.notices, ...plainSecretNotices(sources)] };
}

function readDeadline(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  return Date.now() + readSeconds("--deadline", text, { min: 1, max: MAX_DEADLINE_SECONDS }) * 1000;
}

/** The datasets that are named, else those of the job. @throws Error when a named one is not of the named job */
function readJobDatasets(flags: RunFlags, defaultJob: string): readonly Dataset[] {
  const ofJob = datasetsOf(flags.job || defaultJob);
  if (flags.datasets === undefined || flags.datasets === "") return ofJob;
  const named = readDatasets(flags.datasets);
  const other = flags.job ? named.find((dataset) => !ofJob.includes(dataset)) : undefined;
  if (!other) return named;
  throw new Error(
    `--datasets names "${other.name}", which is not of --job "${flags.job}"; leave out --job, or choose from ` +
      ofJob.map(({ name }) => name).join(", "),
  );
}

const JOBS = ["hourly", "samples", "all"];

function datasetsOf(job: string): readonly Dataset[] {
  if (!JOBS.includes(job)) throw new Error(`--job "${job}" does not exist; choose from ${JOBS.join(", ")}`);
  return job === "all" ? DATASETS : DATASETS.filter((dataset) => (dataset.job ?? "hourly") === job);
}
