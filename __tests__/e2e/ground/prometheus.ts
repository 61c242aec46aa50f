import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Daemon, DaemonSpec } from "./daemon.ts";

/** A running Prometheus. */
export interface PrometheusServer extends Daemon {
  readonly url: string;
}

/** A Prometheus that serves the blocks in `data` and scrapes nothing, ready to be started. */
export async function prometheusOver(
  program: string,
  directory: string,
  data: string,
  port: number,
): Promise<DaemonSpec> {
  const config = join(directory, "prometheus.yml");
  await writeFile(config, "global: {}\n");
  return {
    name: "Prometheus",
    command: program,
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
