import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Daemon, DaemonSpec } from "./daemon.ts";

/** A running Prometheus. */
export interface PrometheusServer extends Daemon {
  readonly url: string;
}

/** A Prometheus that serves the blocks in `data` and scrapes nothing, ready to be started. */
export function prometheusOver(
  program: string,
  directory: string,
  data: string,
  port: number,
  maxSamples?: number,
): Promise<DaemonSpec> {
  const limits = maxSamples === undefined ? {} : { maxSamples };
  return prometheusServer({ program, directory, data, port, config: { global: {} }, ...limits });
}

/** What a Prometheus is started with. */
export interface PrometheusSetting {
  readonly program: string;
  /** Takes its configuration and its log. */
  readonly directory: string;
  readonly data: string;
  readonly port: number;
  /** The whole configuration file. */
  readonly config: object;
  /** Samples that one query may load. @default 50,000,000 */
  readonly maxSamples?: number;
}

/** A Prometheus on 127.0.0.1, of either major version, ready to be started. */
export async function prometheusServer(setting: PrometheusSetting): Promise<DaemonSpec> {
  const { program, directory, data, port, config, maxSamples } = setting;
  const file = join(directory, "prometheus.yml");
  // JSON is YAML.
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`);
  return {
    name: "Prometheus",
    command: program,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${data}`,
      // Blocks keep their age: the default of 15 days would drop recorded ones some day.
      "--storage.tsdb.retention.time=10y",
      `--web.listen-address=127.0.0.1:${port}`,
      ...(maxSamples === undefined ? [] : [`--query.max-samples=${maxSamples}`]),
    ],
    log: join(directory, "prometheus.log"),
    ready: async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
  };
}
