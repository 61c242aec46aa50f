import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { answers } from "../daemon.ts";
import { realOpencostUrl } from "../env.ts";
import { ensurePrometheus, VERSIONS } from "../parts.ts";
import type { Part } from "../parts/part.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { prometheusOver } from "../prometheus.ts";
import { groundChoices } from "./choices.ts";
import { ensureGeneratedBlocks } from "./prometheus.ts";
import { standInArgs } from "./stand-in.ts";

const PROJECT = join(import.meta.dirname, "../../../..");
const WHICH = "GROUND_PODS (2000), GROUND_HOURS (6), GROUND_SEED (1)";
// 20,000 pods on a busy machine.
const STAND_IN_SECONDS = 180;

const { generatedPrometheus, generatedOpencost } = SERVICE_PORTS;

/** A generated cluster's metrics. */
export const GENERATED_PROMETHEUS: Part = {
  name: "generated-prometheus",
  about: `Prometheus ${VERSIONS.prometheus} with a generated cluster's history: ${WHICH}`,
  needs: [],
  onDemand: true,
  async install() {
    await ensurePrometheus();
    await ensureGeneratedBlocks(groundChoices());
  },
  async prepare(directory) {
    const { prometheus } = await ensurePrometheus();
    const choices = groundChoices();
    // Of another cluster there is other data, so that "down --keep-data" and "up" never mix two.
    const data = join(
      directory,
      `${choices.pods}-pods-${choices.hours}-hours-${encodeURIComponent(choices.seed)}`,
    );
    if (!existsSync(data)) await cp(await ensureGeneratedBlocks(choices), data, { recursive: true });
    const server = await prometheusOver(prometheus, directory, data, generatedPrometheus);
    return [{ ...server, name: "generated-prometheus", ports: [generatedPrometheus] }];
  },
  facts: { "Prometheus of the generated cluster": `http://127.0.0.1:${generatedPrometheus}` },
};

/** What OpenCost would say about that cluster; nothing is started when a real one is named in OPENCOST_URL. */
export const GENERATED_OPENCOST: Part = {
  name: "generated-opencost",
  about: `OpenCost's stand-in, computing about the same cluster, unless OPENCOST_URL names a real one`,
  needs: [],
  onDemand: true,
  install: () => Promise.resolve(),
  prepare() {
    if (realOpencostUrl() !== undefined) return Promise.resolve([]);
    const program = {
      name: "generated-opencost",
      command: process.execPath,
      args: standInArgs(groundChoices(), generatedOpencost),
      cwd: PROJECT,
      ports: [generatedOpencost],
      ready: () => answers(`http://127.0.0.1:${generatedOpencost}/healthz`),
      readySeconds: STAND_IN_SECONDS,
    };
    return Promise.resolve([program]);
  },
  facts: { "OpenCost of the generated cluster": `http://127.0.0.1:${generatedOpencost}` },
};
