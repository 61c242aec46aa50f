import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { freePort, startDaemon } from "../daemon.ts";
import { writeOpenMetrics } from "../history/open-metrics.ts";
import { ensurePrometheus } from "../parts.ts";
import type { PrometheusServer } from "../prometheus-history.ts";
import type { ClusterPlan } from "./plan.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

/** A real Prometheus that holds a generated cluster's history and scrapes nothing. It keeps all in `directory`. */
export async function startGeneratedPrometheus(
  plan: ClusterPlan,
  directory: string,
  port?: number,
): Promise<PrometheusServer> {
  const { prometheus, promtool } = await ensurePrometheus();
  const [data, text, config] = ["data", "history.om", "prometheus.yml"].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  await mkdir(data, { recursive: true });
  writeOpenMetrics(text, clusterSeries(plan), SCRAPE_SECONDS);
  await runCommand(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, data]);
  await rm(text);
  await writeFile(config, "global: {}\n");
  const chosen = port ?? (await freePort());
  const url = `http://127.0.0.1:${chosen}`;
  const daemon = await startDaemon({
    name: "Prometheus",
    command: prometheus,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      // The blocks keep their age: the default of 15 days would drop them some day.
      "--storage.tsdb.retention.time=10y",
      `--web.listen-address=127.0.0.1:${chosen}`,
    ],
    log: join(directory, "prometheus.log"),
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return { ...daemon, url };
}
