import { allocation } from "../../contract/datasets/allocation.ts";
import { container } from "../../contract/datasets/container.ts";
import { focus } from "../../contract/datasets/focus.ts";
import { gpu } from "../../contract/datasets/gpu.ts";
import { DATASETS, findDataset } from "../../contract/datasets/index.ts";
import { samples } from "../../contract/datasets/samples.ts";
import { createOpenCost, type OpenCost } from "../adapters/opencost/client.ts";
import { createPrometheus, type Prometheus } from "../adapters/prometheus/client.ts";
import type { SourceAccess } from "../adapters/source-access.ts";
import { openAllocation } from "./allocation-rows.ts";
import { openContainer } from "./container-rows.ts";
import { openEntities, type EntityDeps } from "./entity-rows.ts";
import { openFocus } from "./focus-rows.ts";
import { openGpu } from "./gpu-rows.ts";
import type { OpenHour } from "./hour-source.ts";
import type { LabelMatcher } from "./label-matcher.ts";
import { DEFAULT_LABEL_OPTIONS, openLabels, type LabelOptions } from "./labels/open-labels.ts";
import { openSamples } from "./samples-rows.ts";
import type { Sink } from "./sink.ts";

/** Where the hourly datasets come from. */
export interface SourceSettings {
  /** Base URL, path prefix allowed: `http://prometheus:9090/prom`. */
  readonly prometheusUrl: string;
  /** Not needed when no wanted dataset comes from OpenCost. */
  readonly openCostUrl?: string;
  /** As whom Prometheus is asked, and by what TLS. @default the user of its URL, or nobody */
  readonly prometheusAccess?: SourceAccess;
  readonly openCostAccess?: SourceAccess;
  /** How many queries Prometheus works on at once, over all datasets. @default 4 */
  readonly prometheusConcurrency?: number;
  /** Regular expression of kube-state-metrics' `job` label. OpenCost re-emits its metrics, so the job is always named. */
  readonly kubeStateMetricsJob: string;
  /** Regular expression of cAdvisor's `job` label. @default any job */
  readonly cadvisorJob?: string;
  /** Conditions on every series, where Prometheus holds other clusters, too. @default none */
  readonly matchers?: readonly LabelMatcher[];
  /** The cluster's id in OpenCost, where it knows several. @default the only one */
  readonly openCostCluster?: string;
  /** What OpenCost's prices are in: `USD`. */
  readonly currency: string;
  /** Limit of one request to a source. */
  readonly timeoutSeconds: number;
  /** Labels and annotations. @default what kube-state-metrics shows, all labels and no annotations */
  readonly labels?: LabelOptions;
  /** Told, in a sentence, about a request that failed and is tried again. */
  readonly onRetry?: (text: string) => void;
}

const MAX_ATTEMPTS = 3;

/** Clients of the sources. Nothing is asked yet. */
export interface Sources {
  readonly prometheus: Prometheus;
  readonly openCost: OpenCost | undefined;
}

/** Datasets that are made from OpenCost's answer; all of them ask Prometheus. */
const FROM_OPENCOST = new Set([allocation.name]);

/** Whether one of these datasets comes from OpenCost. */
export function needOpenCost(datasets: readonly string[]): boolean {
  return datasets.some((name) => FROM_OPENCOST.has(name));
}

/** @throws ConfigError when a URL is wrong */
export function connect(settings: SourceSettings): Sources {
  const limits = {
    timeoutSeconds: settings.timeoutSeconds,
    maxAttempts: MAX_ATTEMPTS,
    ...(settings.onRetry ? { onRetry: settings.onRetry } : {}),
  };
  return {
    prometheus: createPrometheus({
      ...limits,
      baseUrl: settings.prometheusUrl,
      ...(settings.prometheusAccess ? { access: settings.prometheusAccess } : {}),
      ...(settings.prometheusConcurrency ? { concurrency: settings.prometheusConcurrency } : {}),
    }),
    openCost:
      settings.openCostUrl === undefined
        ? undefined
        : createOpenCost({
            ...limits,
            baseUrl: settings.openCostUrl,
            ...(settings.openCostAccess ? { access: settings.openCostAccess } : {}),
          }),
  };
}

/**
 * How to open each hourly dataset, by dataset name, in the order in which an hour is exported; without OpenCost's URL
 * only those that do not come from it. `sink` is where `focus` finds the hour's allocation.
 * @throws ConfigError when a URL is wrong
 */
export function createOpeners(
  settings: SourceSettings,
  clusterArn: string,
  sink: Sink,
): Readonly<Record<string, OpenHour>> {
  const { prometheus, openCost } = connect(settings);
  const jobs = {
    kubeStateMetricsJob: settings.kubeStateMetricsJob,
    ...(settings.cadvisorJob === undefined ? {} : { cadvisorJob: settings.cadvisorJob }),
    ...(settings.matchers ? { matchers: settings.matchers } : {}),
  };
  const labels = openLabels(settings.labels ?? DEFAULT_LABEL_OPTIONS, clusterArn, settings.onRetry);
  const fromOpenCost = openCost && {
    [allocation.name]: openAllocation({
      prometheus,
      openCost,
      jobs,
      clusterArn,
      labels: labels.filter,
      currency: settings.currency,
      ...(settings.openCostCluster ? { openCostCluster: settings.openCostCluster } : {}),
      versions: async (signal) => ({
        prometheus: await prometheus.version(signal),
        opencost: await openCost.version(signal),
      }),
    }),
  };
  const fromPrometheus = {
    prometheus,
    jobs,
    clusterArn,
    versions: async (signal: AbortSignal) => ({ prometheus: await prometheus.version(signal) }),
  };
  return {
    ...fromOpenCost,
    [container.name]: openContainer(fromPrometheus),
    ...objectOpeners({ ...fromPrometheus, labels: labels.objects }),
    [gpu.name]: openGpu(fromPrometheus),
    [focus.name]: openFocus({ sink, clusterArn }),
    [samples.name]: openSamples({ ...fromPrometheus, labels: labels.filter }),
  };
}

function objectOpeners(deps: EntityDeps): Record<string, OpenHour> {
  const ofObjects = DATASETS.filter(({ queries }) => queries.some(({ row }) => row));
  return Object.fromEntries(ofObjects.map((dataset) => [dataset.name, openEntities(dataset, deps)]));
}

/** Made from committed files: no source is asked. */
function isDerived(name: string): boolean {
  return findDataset(name)?.derivedFrom !== undefined;
}

/**
 * Asks the sources of these datasets for their versions.
 * @returns the datasets that cannot be exported, with the reason: TransientError when a source cannot be reached,
 * ConfigError when what answers is not that source
 */
export async function checkSources(
  settings: SourceSettings,
  datasets: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Error>> {
  const { prometheus, openCost } = connect(settings);
  const asking = datasets.filter((name) => !isDerived(name));
  const [ofPrometheus, ofOpenCost] = await Promise.all([
    asking.length > 0 ? failureOf(() => prometheus.version(signal)) : undefined,
    needOpenCost(datasets) ? failureOf(async () => openCost?.version(signal)) : undefined,
  ]);
  signal.throwIfAborted();
  const failures = new Map<string, Error>();
  for (const name of asking) {
    const failure = ofPrometheus ?? (needOpenCost([name]) ? ofOpenCost : undefined);
    if (failure) failures.set(name, failure);
  }
  return failures;
}

/**
 * When the oldest data that Prometheus still has was scraped, epoch seconds; undefined when it has none.
 * @throws TransientError when it cannot be reached
 */
export function findOldestSample(settings: SourceSettings, signal: AbortSignal): Promise<number | undefined> {
  return connect(settings).prometheus.oldestSample(signal);
}

async function failureOf(ask: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
