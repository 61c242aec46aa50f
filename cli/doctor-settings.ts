import { SECONDS_PER_HOUR } from "../contract/hours.ts";
import { network } from "../agent-src/adapters/doctor/network.ts";
import { openSinkProbe } from "../agent-src/adapters/doctor/sink-probe.ts";
import { openSourceProbes } from "../agent-src/adapters/doctor/sources.ts";
import type { DoctorContext, DoctorSettings } from "../agent-src/doctor/context.ts";
import type { SourceSettings } from "../agent-src/export/hourly.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { DEFAULT_WINDOW_HOURS } from "../agent-src/export/window.ts";
import { readDatasets, readSeconds, readSink, readWindow, type SinkFlags } from "./options.ts";
import { Problems } from "./problems.ts";
import { readSources, type SourceFlags } from "./source-flags.ts";
import type { OutputFlags } from "./terminal.ts";

/** Flags of `doctor` as commander hands them over: text, or absent. */
export interface DoctorFlags extends SinkFlags, SourceFlags, OutputFlags {
  readonly until?: string;
  readonly datasets?: string;
  readonly settle: string;
  /** False with `--no-write-status`. */
  readonly writeStatus: boolean;
}

/** Everything `doctor` needs, checked. */
export interface DoctorRequest {
  readonly settings: DoctorSettings;
  readonly sources: SourceSettings;
  readonly sink: Sink;
}

/**
 * Checks the flags, as `export` does: what an export would refuse is refused here, too.
 * @throws ConfigError with one line for each problem
 */
export function readDoctorRequest(flags: DoctorFlags): DoctorRequest {
  const problems = new Problems();
  const datasets = problems.attempt(() => readDatasets(flags.datasets));
  const names = (datasets ?? []).map(({ name }) => name);
  const sources = readSources(flags, names, problems);
  const { sink, cluster } = readSink(flags, problems, "required");
  const settle = problems.attempt(() => readSeconds("--settle", flags.settle, { min: 0, max: 86_400 }));
  const window = readWindow({ ...(flags.until ? { until: flags.until } : {}) }, settle ?? 0, problems);
  problems.throwIfAny();
  if (!sources || !sink || !cluster || !datasets || !window || settle === undefined) {
    throw new Error("flags were refused without a reason");
  }
  return {
    settings: {
      cluster,
      datasets,
      hour: window.until - SECONDS_PER_HOUR,
      windowHours: DEFAULT_WINDOW_HOURS,
      settleSeconds: settle,
      jobs: {
        kubeStateMetricsJob: sources.kubeStateMetricsJob,
        ...(sources.cadvisorJob === undefined ? {} : { cadvisorJob: sources.cadvisorJob }),
        ...(sources.matchers ? { matchers: sources.matchers } : {}),
      },
      currency: sources.currency,
    },
    sources,
    sink,
  };
}

/** What the checks look at. Nothing is asked yet. */
export function openDoctorContext(
  { settings, sources, sink }: DoctorRequest,
  flags: DoctorFlags,
  signal: AbortSignal,
): DoctorContext {
  const { jobs, hour, cluster } = settings;
  const probes = openSourceProbes(sources, { clusterArn: cluster.arn, hour, jobs, signal });
  return {
    settings,
    now: () => Date.now() / 1000,
    network,
    ...probes,
    sink: openSinkProbe(flags.sink ?? "", flags.keyPrefix, cluster, sink, {
      ...(flags.s3ForcePathStyle === undefined ? {} : { forcePathStyle: flags.s3ForcePathStyle }),
    }),
    signal,
  };
}
