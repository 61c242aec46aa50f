import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeOpenMetrics } from "../history/open-metrics.ts";
import { RECORDED, recordedSeries } from "../history/recorded-cluster.ts";
import type { Part } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { ensureVictoriaMetrics, VICTORIA_METRICS_VERSION } from "./build.ts";
import { importOpenMetrics, victoriaMetrics } from "./server.ts";

const port = SERVICE_PORTS.victoriaMetrics;
const URL = `http://127.0.0.1:${port}`;

/** The recorded cluster's metrics once more, behind another program that speaks Prometheus' API. */
export const VICTORIA_METRICS: Part = {
  name: "victoria-metrics",
  about: `VictoriaMetrics ${VICTORIA_METRICS_VERSION} with the recorded cluster's history`,
  needs: [],
  onDemand: true,
  install: ensureVictoriaMetrics,
  async prepare(data) {
    const program = await ensureVictoriaMetrics();
    return [{ ...victoriaMetrics(program, data, port), name: "victoria-metrics", ports: [port] }];
  },
  async afterUp(data) {
    const imported = join(data, "imported");
    if (existsSync(imported)) return;
    const text = join(data, "history.om");
    writeOpenMetrics(text, recordedSeries(), RECORDED.stepSeconds);
    await importOpenMetrics(URL, text);
    await rm(text);
    await writeFile(imported, "");
  },
  facts: { VictoriaMetrics: URL },
};
