import { join } from "node:path";
import { answers } from "../daemon.ts";
import type { Part } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";

const PORT = SERVICE_PORTS.gpuMetrics;
const URL = `http://127.0.0.1:${PORT}`;

/** The GPUs of the cluster that `population/main.ts` makes, with the same size and seed. */
export const GPU_METRICS: Part = {
  name: "gpu-metrics",
  about: "GPU metrics of the generated cluster of 100 pods, as dcgm-exporter tells them",
  needs: [],
  install: () => Promise.resolve(),
  prepare() {
    const program = {
      name: "gpu-metrics",
      command: process.execPath,
      args: ["--import", "tsx", join(import.meta.dirname, "main.ts"), "--port", String(PORT)],
      cwd: join(import.meta.dirname, "../../../.."),
      ports: [PORT],
      ready: () => answers(`${URL}/health`),
    };
    return Promise.resolve([program]);
  },
  facts: { "GPU metrics": `${URL}/metrics` },
};
