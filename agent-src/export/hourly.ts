import { allocation } from "../../contract/datasets/allocation.ts";
import { container } from "../../contract/datasets/container.ts";
import { createOpenCost, type OpenCost } from "../adapters/opencost/client.ts";
import { createPrometheus, type Prometheus } from "../adapters/prometheus/client.ts";
import { openAllocation } from "./allocation-rows.ts";
import { openContainer } from "./container-rows.ts";
import type { OpenHour } from "./hour-source.ts";

/** Where the hourly datasets come from. */
export interface SourceSettings {
  /** Base URL, path prefix allowed: `http://prometheus:9090/prom`. */
  readonly prometheusUrl: string;
  readonly openCostUrl: string;
  /** File with a bearer token for Prometheus, read at each request because mounted tokens rotate. */
  readonly bearerTokenFile?: string;
  /** Regular expression of kube-state-metrics' `job` label. OpenCost re-emits its metrics, so the job is always named. */
  readonly kubeStateMetricsJob: string;
  /** Regular expression of cAdvisor's `job` label. @default any job */
  readonly cadvisorJob?: string;
  /** What OpenCost's prices are in: `USD`. */
  readonly currency: string;
  /** Limit of one request to a source. */
  readonly timeoutSeconds: number;
}

const MAX_ATTEMPTS = 3;

interface Sources {
  readonly prometheus: Prometheus;
  readonly openCost: OpenCost;
}

function connect(settings: SourceSettings): Sources {
  const limits = { timeoutSeconds: settings.timeoutSeconds, maxAttempts: MAX_ATTEMPTS };
  return {
    prometheus: createPrometheus({
      ...limits,
      baseUrl: settings.prometheusUrl,
      ...(settings.bearerTokenFile === undefined ? {} : { bearerTokenFile: settings.bearerTokenFile }),
    }),
    openCost: createOpenCost({ ...limits, baseUrl: settings.openCostUrl }),
  };
}

/**
 * How to open each hourly dataset, by dataset name, in the order in which an hour is exported.
 * @throws ConfigError when a URL is wrong
 */
export function createOpeners(
  settings: SourceSettings,
  clusterArn: string,
): Readonly<Record<string, OpenHour>> {
  const { prometheus, openCost } = connect(settings);
  const jobs = {
    kubeStateMetricsJob: settings.kubeStateMetricsJob,
    ...(settings.cadvisorJob === undefined ? {} : { cadvisorJob: settings.cadvisorJob }),
  };
  return {
    [allocation.name]: openAllocation({
      prometheus,
      openCost,
      jobs,
      clusterArn,
      currency: settings.currency,
      versions: async (signal) => ({
        prometheus: await prometheus.version(signal),
        opencost: await openCost.version(signal),
      }),
    }),
    [container.name]: openContainer({
      prometheus,
      jobs,
      clusterArn,
      versions: async (signal) => ({ prometheus: await prometheus.version(signal) }),
    }),
  };
}

/**
 * Asks both sources for their versions.
 * @throws TransientError when one cannot be reached, ConfigError when what answers is not that source
 */
export async function checkSources(
  settings: SourceSettings,
  signal: AbortSignal,
): Promise<{ prometheus: string; opencost: string }> {
  const { prometheus, openCost } = connect(settings);
  return { prometheus: await prometheus.version(signal), opencost: await openCost.version(signal) };
}
