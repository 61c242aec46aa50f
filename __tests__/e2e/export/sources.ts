import { realOpencostUrl } from "../ground/env.ts";
import { startOpencostReplay, type OpencostReplay } from "../ground/opencost-replay.ts";
import { startPrometheusHistory } from "../ground/prometheus-history.ts";

/** The two sources of an export. */
export interface ExportSources {
  readonly prometheusUrl: string;
  readonly opencostUrl: string;
  readonly opencost: OpencostReplay;
  stop(): Promise<void>;
}

/** A real Prometheus with the recorded cluster's history, and OpenCost's recorded answers for the same hours. */
export async function startSources(directory: string): Promise<ExportSources> {
  const opencost = await startOpencostReplay();
  try {
    const prometheus = await startPrometheusHistory(directory);
    return {
      prometheusUrl: prometheus.url,
      opencostUrl: realOpencostUrl() ?? opencost.url,
      opencost,
      stop: async () => void (await Promise.all([prometheus.stop(), opencost.stop()])),
    };
  } catch (error) {
    await opencost.stop();
    throw error;
  }
}
