import { openAsBlob } from "node:fs";
import { join } from "node:path";
import type { DaemonSpec } from "../daemon.ts";

/** VictoriaMetrics that scrapes nothing and keeps what it is given in `directory`, ready to be started. */
export function victoriaMetrics(program: string, directory: string, port: number): DaemonSpec {
  const url = `http://127.0.0.1:${port}`;
  return {
    name: "VictoriaMetrics",
    command: program,
    args: [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(directory, "victoria-metrics-data")}`,
      // What is older would be dropped, silently, while it is imported.
      "-retentionPeriod=10y",
      // Else it takes most of the machine for its caches.
      "-memory.allowedBytes=512MB",
    ],
    log: join(directory, "victoria-metrics.log"),
    ready: async () => (await fetch(`${url}/health`)).ok,
  };
}

/**
 * Gives it a file in the OpenMetrics text format, as `promtool tsdb create-blocks-from` reads it, and makes it
 * searchable. @throws Error with what it answered when it does not take all of it
 */
export async function importOpenMetrics(url: string, file: string): Promise<void> {
  const said = await fetch(`${url}/api/v1/import/prometheus`, {
    method: "POST",
    body: await openAsBlob(file),
  });
  if (!said.ok)
    throw new Error(`Importing "${file}": VictoriaMetrics answered "${said.status}": ${await said.text()}`);
  await fetch(`${url}/internal/force_flush`);
  const invalid = await rejectedLines(url);
  if (invalid > 0)
    throw new Error(`Importing "${file}": VictoriaMetrics rejected ${invalid} lines; see its log`);
}

async function rejectedLines(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const counts = metrics.matchAll(/^vm_rows_invalid_total\{[^}]*type="prometheus"[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
