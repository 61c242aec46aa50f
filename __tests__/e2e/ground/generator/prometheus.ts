import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { freePort, startDaemon } from "../daemon.ts";
import { writeOpenMetrics } from "../history/open-metrics.ts";
import { ensurePrometheus } from "../parts.ts";
import { prometheusServer, type PrometheusServer } from "../prometheus.ts";
import type { ClusterPlan } from "./plan.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

/** A real Prometheus that holds a generated cluster's history and scrapes nothing. It keeps all in `directory`. */
export async function startGeneratedPrometheus(
  plan: ClusterPlan,
  directory: string,
  port?: number,
): Promise<PrometheusServer> {
  const { prometheus, promtool } = await ensurePrometheus();
  const data = join(directory, "data");
  const text = join(directory, "history.om");
  await mkdir(data, { recursive: true });
  writeOpenMetrics(text, clusterSeries(plan), SCRAPE_SECONDS);
  await runCommand(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, data]);
  await rm(text);
  const chosen = port ?? (await freePort());
  const daemon = await startDaemon(
    await prometheusServer({ program: prometheus, directory, data, port: chosen }),
  );
  return { ...daemon, url: `http://127.0.0.1:${chosen}` };
}
