import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort, startDaemon, type Daemon, type DaemonSpec } from "./daemon.ts";
import { ensureHistoryBlocks } from "./history/blocks.ts";
import { ensurePrometheus } from "./parts.ts";

/** A running Prometheus. */
export interface PrometheusServer extends Daemon {
  readonly url: string;
}

/**
 * A real Prometheus that holds the recorded cluster's three hours and scrapes nothing.
 * It works on a copy of the cached blocks in `directory`.
 */
export async function startPrometheusHistory(directory: string, port?: number): Promise<PrometheusServer> {
  const chosen = port ?? (await freePort());
  const daemon = await startDaemon(await prometheusHistory(directory, chosen));
  return { ...daemon, url: `http://127.0.0.1:${chosen}` };
}

/** That Prometheus, ready to be started. */
export async function prometheusHistory(directory: string, port: number): Promise<DaemonSpec> {
  const { prometheus } = await ensurePrometheus();
  const blocks = await ensureHistoryBlocks();
  const config = join(directory, "prometheus.yml");
  const data = join(directory, "prometheus-data");
  await mkdir(directory, { recursive: true });
  await writeFile(config, "global: {}\n");
  // What a Prometheus has worked on since is not mixed with the blocks it began with.
  if (!existsSync(data)) await cp(blocks, data, { recursive: true });
  return {
    name: "Prometheus",
    command: prometheus,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      // The blocks keep their age: the default of 15 days would drop them some day.
      "--storage.tsdb.retention.time=10y",
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    log: join(directory, "prometheus.log"),
    ready: async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
  };
}

/** `npx tsx __tests__/e2e/ground/prometheus-history.ts serve --port N`: serves until it is told to stop. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string", default: "9090" } },
  });
  if (positionals[0] !== "serve") throw new Error("usage: prometheus-history.ts serve [--port 9090]");
  const directory = await mkdtemp(join(tmpdir(), "container-insights-prometheus-"));
  const server = await startPrometheusHistory(directory, Number(values.port));
  console.log(
    `Prometheus with the recorded hours: ${server.url} (pid ${server.pid}), 2026-11-22T09:00Z to 12:00Z`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) await main();
