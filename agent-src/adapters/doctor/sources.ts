import type { OpenCostProbe, PrometheusProbe, Endpoint, HttpAnswer, Identity } from "../../doctor/context.ts";
import { once } from "../../doctor/once.ts";
import { openAllocation } from "../../export/allocation-rows.ts";
import type { SourceSettings } from "../../export/hourly.ts";
import type { Hour } from "../../../contract/hours.ts";
import type { QueryJobs } from "../../export/promql.ts";
import { parseBaseUrl } from "../base-url.ts";
import type { HttpSource } from "../http.ts";
import { createOpenCost, type OpenCost } from "../opencost/client.ts";
import { createPrometheus, type Prometheus } from "../prometheus/client.ts";
import { admitterOf } from "../source-access.ts";
import { observeAnswers, type ObservedAnswers } from "./observed-answers.ts";
import { readAheadSeconds, readRetention } from "./prometheus-status.ts";

/** The sources of an export, looked at. */
export interface SourceProbes {
  readonly prometheus: PrometheusProbe;
  readonly openCost: OpenCostProbe | undefined;
}

/** What the probes need beside the sources' settings. */
export interface ProbeOptions {
  readonly clusterArn: string;
  readonly hour: Hour;
  readonly jobs: QueryJobs;
  readonly signal: AbortSignal;
}

/** One attempt: who runs doctor wants to see what fails, not that it works now and then. */
const MAX_ATTEMPTS = 1;

/**
 * Probes that ask through the clients of an export. Nothing is asked yet.
 * @throws ConfigError when a URL is wrong
 */
export function openSourceProbes(settings: SourceSettings, options: ProbeOptions): SourceProbes {
  const observed = observeAnswers();
  const limits = {
    timeoutSeconds: settings.timeoutSeconds,
    maxAttempts: MAX_ATTEMPTS,
    onAnswer: observed.onAnswer,
  };
  const access = settings.prometheusAccess ?? {};
  const prometheus = createPrometheus({ ...limits, access, baseUrl: settings.prometheusUrl });
  const source: HttpSource = {
    ...limits,
    admit: admitterOf(access),
    name: "Prometheus",
    flag: "--prometheus-url",
    base: parseBaseUrl(settings.prometheusUrl, "--prometheus-url"),
  };
  const openCost =
    settings.openCostUrl === undefined
      ? undefined
      : createOpenCost({
          ...limits,
          access: settings.openCostAccess ?? {},
          baseUrl: settings.openCostUrl,
        });
  return {
    prometheus: prometheusProbe(prometheus, source, observed, options),
    openCost: openCost && {
      endpoint: endpointOf("OpenCost", "--opencost-url", settings.openCostUrl ?? ""),
      identify: once(() => identify(() => openCost.version(options.signal), observed, "/installInfo")),
      openHour: () => openHour(prometheus, openCost, settings, options),
    },
  };
}

function prometheusProbe(
  prometheus: Prometheus,
  source: HttpSource,
  observed: ObservedAnswers,
  { signal }: ProbeOptions,
): PrometheusProbe {
  return {
    endpoint: endpointOf(source.name, source.flag, source.base.href),
    // The query is asked where the build is not told; then its answer counts.
    identify: once(() =>
      identify(() => prometheus.version(signal), observed, "/api/v1/query", "/api/v1/status/buildinfo"),
    ),
    async ask(promql, timeSeconds) {
      const samples = [];
      const series = prometheus.instant({ id: promql, promql }, timeSeconds, signal, () => {});
      for await (const sample of series) samples.push(sample);
      return samples;
    },
    aheadSeconds: () => readAheadSeconds(source, signal),
    configuredRetention: () => readRetention(source, signal),
    oldestSample: once(() => prometheus.oldestSample(signal)),
  };
}

async function identify(
  readVersion: () => Promise<string>,
  observed: ObservedAnswers,
  ...paths: readonly string[]
): Promise<Identity> {
  const answer = (): HttpAnswer | undefined =>
    paths.map((path) => observed.answerTo(path)).find((each) => each !== undefined);
  try {
    return { version: await readVersion(), failure: undefined, answer: answer() };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return { version: undefined, failure, answer: answer() };
  }
}

/** The dataset's own opener, so that the hour is judged as an export judges it. */
function openHour(
  prometheus: Prometheus,
  openCost: OpenCost,
  { currency, openCostCluster }: SourceSettings,
  { clusterArn, hour, jobs, signal }: ProbeOptions,
): ReturnType<OpenCostProbe["openHour"]> {
  const clusterIds = new Set<string>();
  const open = openAllocation({
    prometheus,
    openCost: {
      allocations(wanted, inner) {
        const stream = openCost.allocations(wanted, inner);
        return { ...stream, allocations: noting(stream.allocations, clusterIds) };
      },
    },
    jobs,
    clusterArn,
    currency,
    ...(openCostCluster ? { openCostCluster } : {}),
    versions: async () => ({}),
  });
  return { answer: open(hour, signal), clusterIds: () => clusterIds };
}

async function* noting(allocations: AsyncIterable<unknown>, ids: Set<string>): AsyncGenerator<unknown> {
  for await (const allocation of allocations) {
    const id = (allocation as { properties?: { cluster?: unknown } } | null)?.properties?.cluster;
    if (typeof id === "string") ids.add(id);
    yield allocation;
  }
}

/** Host and port of a URL. */
export function endpointOf(name: string, flag: string, text: string): Endpoint {
  const url = new URL(text);
  const isSecure = url.protocol === "https:";
  return {
    name,
    flag,
    // IPv6 addresses stand in brackets in URLs only.
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (isSecure ? 443 : 80),
    isSecure,
  };
}
