import type { OpenHour } from "./hour-source.ts";

/** Where the hourly datasets come from. */
export interface SourceSettings {
  /** Base URL, path prefix allowed: `http://prometheus:9090/prom`. */
  readonly prometheusUrl: string;
  readonly openCostUrl: string;
  /** File with a bearer token, read at each request because mounted tokens rotate. */
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

/** How to open each hourly dataset, by dataset name, in the order in which an hour is exported. */
export function createOpeners(
  _settings: SourceSettings,
  _clusterArn: string,
): Readonly<Record<string, OpenHour>> {
  throw new Error("not built yet");
}

/**
 * Asks both sources for their versions.
 * @throws TransientError when one cannot be reached, ConfigError when what answers is not that source
 */
export function checkSources(
  _settings: SourceSettings,
  _signal: AbortSignal,
): Promise<{ prometheus: string; opencost: string }> {
  return Promise.reject(new Error("not built yet"));
}
