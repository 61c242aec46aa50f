import { join } from "node:path";
import { answers, freePort, startDaemon, type Daemon } from "../ground/daemon.ts";
import { realOpencostUrl } from "../ground/env.ts";
import { startGeneratedPrometheus, type GeneratedPrometheus } from "../ground/generator/prometheus.ts";
import { standInArgs } from "../ground/generator/stand-in.ts";
import type { ClusterChoices } from "../ground/generator/plan.ts";
import type { LivingSeries } from "../ground/history/lifetimes.ts";

const ROOT = join(import.meta.dirname, "../../..");
const STAND_IN_SECONDS = 180;

/** The cluster that the stand-in tells of. */
type StandInChoices = Required<Omit<ClusterChoices, "from">>;

/** What the export reads from. */
export interface TruthSources {
  readonly prometheus: GeneratedPrometheus;
  readonly opencostUrl: string;
  /** Missing where OPENCOST_URL names a real OpenCost. */
  readonly standIn?: Daemon;
  /** How long the stand-in took until it answered. */
  readonly standInSeconds: number;
  stop(): Promise<void>;
}

/** A real Prometheus with the series that are asked about, and OpenCost's stand-in as a process of its own. */
export async function startTruthSources(
  series: readonly LivingSeries[],
  choices: StandInChoices,
  directory: string,
): Promise<TruthSources> {
  const prometheus = await startGeneratedPrometheus(series, directory);
  const start = performance.now();
  try {
    const opencost = await opencostOf(choices, directory);
    return {
      prometheus,
      opencostUrl: opencost.url,
      ...(opencost.daemon ? { standIn: opencost.daemon } : {}),
      standInSeconds: (performance.now() - start) / 1000,
      stop: async () => void (await Promise.all([prometheus.stop(), opencost.daemon?.stop()])),
    };
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
}

/** OpenCost's stand-in for a generated cluster, started; or the real one that OPENCOST_URL names. */
export async function opencostOf(
  choices: StandInChoices,
  directory: string,
): Promise<{ url: string; daemon?: Daemon }> {
  const real = realOpencostUrl();
  if (real !== undefined) return { url: real };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const daemon = await startDaemon({
    name: "OpenCost's stand-in",
    command: process.execPath,
    args: standInArgs(choices, port),
    cwd: ROOT,
    log: join(directory, "opencost.log"),
    ready: () => answers(`${url}/healthz`),
    readySeconds: STAND_IN_SECONDS,
  });
  return { url, daemon };
}
