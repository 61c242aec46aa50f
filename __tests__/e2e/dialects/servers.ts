import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startDaemon, type Daemon } from "../ground/daemon.ts";
import { ensurePrometheus, VERSIONS } from "../ground/parts.ts";
import { ensurePrometheus3, PROMETHEUS_3 } from "../ground/prometheus-3/build.ts";
import { prometheusOver } from "../ground/prometheus.ts";
import { ensureVictoriaMetrics, VICTORIA_METRICS_VERSION } from "../ground/victoria-metrics/build.ts";
import { importOpenMetrics, victoriaMetrics } from "../ground/victoria-metrics/server.ts";
import type { WrittenHistory } from "./history.ts";

/** A server that answers with a history of its own kind. */
export interface DialectServer extends Pick<Daemon, "stop"> {
  readonly url: string;
}

/** A server that speaks Prometheus' API, in its own way. */
export interface Dialect {
  readonly name: string;
  /** Starts it over the history, with what it needs below `directory`. */
  start(history: WrittenHistory, directory: string): Promise<DialectServer>;
}

/** What the others are compared with. */
export const PROMETHEUS_2: Dialect = prometheusDialect(`Prometheus ${VERSIONS.prometheus}`, async () => {
  const { prometheus } = await ensurePrometheus();
  return prometheus;
});

export const PROMETHEUS_3_5: Dialect = prometheusDialect(
  `Prometheus ${PROMETHEUS_3.version}`,
  ensurePrometheus3,
);

export const VICTORIA_METRICS: Dialect = {
  name: `VictoriaMetrics ${VICTORIA_METRICS_VERSION}`,
  async start(history, directory) {
    const program = await ensureVictoriaMetrics();
    const port = await freePort();
    await mkdir(directory, { recursive: true });
    const daemon = await startDaemon(victoriaMetrics(program, directory, port));
    const url = `http://127.0.0.1:${port}`;
    try {
      await importOpenMetrics(url, history.text);
    } catch (error) {
      await daemon.stop();
      throw error;
    }
    return { ...daemon, url };
  },
};

/** Prometheus 2.42 that refuses what the others answer: what some queries over the whole cluster load. */
export const LIMITED_SAMPLES = 25_000;
export const PROMETHEUS_2_LIMITED: Dialect = prometheusDialect(
  `Prometheus ${VERSIONS.prometheus} of ${LIMITED_SAMPLES} samples`,
  async () => (await ensurePrometheus()).prometheus,
  LIMITED_SAMPLES,
);

function prometheusDialect(name: string, ensureProgram: () => Promise<string>, maxSamples?: number): Dialect {
  return {
    name,
    async start(history, directory) {
      const program = await ensureProgram();
      const data = join(directory, "data");
      // A server works on its blocks, so each has its own copy.
      await cp(history.blocks, data, { recursive: true });
      const port = await freePort();
      const daemon = await startDaemon(await prometheusOver(program, directory, data, port, maxSamples));
      return { ...daemon, url: `http://127.0.0.1:${port}` };
    },
  };
}
