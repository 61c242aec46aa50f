import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort, startDaemon, type DaemonSpec } from "./daemon.ts";
import { ensureHistoryBlocks } from "./history/blocks.ts";
import { ensurePrometheus } from "./parts.ts";
import { prometheusOver, type PrometheusServer } from "./prometheus.ts";

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
  const data = join(directory, "prometheus-data");
  await mkdir(directory, { recursive: true });
  // What a Prometheus has worked on since is not mixed with the blocks it began with.
  if (!existsSync(data)) await cp(blocks, data, { recursive: true });
  return prometheusOver(prometheus, directory, data, port);
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
