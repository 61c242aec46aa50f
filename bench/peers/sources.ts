import { cp } from "node:fs/promises";
import { join } from "node:path";
import { answers, freePort, startDaemon, type Daemon } from "../../__tests__/e2e/ground/daemon.ts";
import type { ClusterChoices } from "../../__tests__/e2e/ground/generator/plan.ts";
import { generateCluster } from "../../__tests__/e2e/ground/generator/generate.ts";
import { ensureGeneratedBlocks } from "../../__tests__/e2e/ground/generator/prometheus.ts";
import { standInArgs } from "../../__tests__/e2e/ground/generator/stand-in.ts";
import { ensurePrometheus } from "../../__tests__/e2e/ground/parts.ts";
import { prometheusOver } from "../../__tests__/e2e/ground/prometheus.ts";
import { firstLine, startScript } from "../process.ts";
import { startVersitygw, type StrictS3 } from "../../__tests__/e2e/ground/versitygw.ts";
import { startRecordingProxy, type RecordingProxy } from "./recording-proxy.ts";

const STAND_IN_SECONDS = 900;
/** An hour of the made-up sources, which have them all. */
const MADE_UP_HOUR = Date.UTC(2026, 10, 22, 10) / 1000;
/** The made-up cluster has five containers to four pods. */
const CONTAINERS_PER_POD = 1.25;

/** What all exporters read from and write to. */
export interface PeerSources {
  readonly prometheus: RecordingProxy;
  readonly opencost: RecordingProxy;
  readonly s3: StrictS3;
  /** Folder in which the S3 server keeps its buckets. */
  readonly buckets: string;
  /** The hour that is exported: the history's last, in epoch seconds. */
  readonly hour: number;
  stop(): Promise<void>;
}

/**
 * A real Prometheus with a generated cluster's history and OpenCost's stand-in, or for `madeUp` two servers that make up
 * their answers as they are read; an S3 server; and proxies that take the time.
 */
export async function startPeerSources(
  choices: ClusterChoices,
  madeUp: boolean,
  directory: string,
): Promise<PeerSources> {
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  const keep = <T extends { stop(): Promise<void> | void }>(started: T): T => {
    stops.push(() => started.stop());
    return started;
  };
  try {
    const servers = madeUp ? await madeUpServers(choices, keep) : await realServers(choices, directory, keep);
    const until = servers.hour + 3600;
    return {
      prometheus: keep(await startRecordingProxy(servers.prometheus, until)),
      opencost: keep(await startRecordingProxy(servers.opencost, until)),
      s3: keep(await startVersitygw(directory)),
      buckets: join(directory, "s3"),
      hour: servers.hour,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Servers {
  readonly prometheus: string;
  readonly opencost: string;
  readonly hour: number;
}

type Keep = (started: { stop(): Promise<void> | void }) => void;

async function realServers(choices: ClusterChoices, directory: string, keep: Keep): Promise<Servers> {
  const { prometheus: program } = await ensurePrometheus();
  const data = join(directory, "blocks");
  await cp(await ensureGeneratedBlocks(choices), data, { recursive: true });
  const [prometheus, opencost] = [await freePort(), await freePort()];
  keep(await startDaemon(await prometheusOver(program, directory, data, prometheus)));
  keep(await startStandIn(choices, opencost, directory));
  return {
    prometheus: `http://127.0.0.1:${prometheus}`,
    opencost: `http://127.0.0.1:${opencost}`,
    hour: generateCluster(choices).until - 3600,
  };
}

async function madeUpServers({ pods }: ClusterChoices, keep: Keep): Promise<Servers> {
  const urls: string[] = [];
  for (const script of ["../memory/server.ts", "made-up-opencost.ts"]) {
    const server = startScript(join(import.meta.dirname, script), [String(pods * CONTAINERS_PER_POD)]);
    keep({ stop: () => void server.kill() });
    urls.push((await firstLine<{ url: string }>(server)).url);
  }
  const [prometheus = "", opencost = ""] = urls;
  return { prometheus, opencost, hour: MADE_UP_HOUR };
}

function startStandIn(choices: ClusterChoices, port: number, directory: string): Promise<Daemon> {
  return startDaemon({
    name: "OpenCost's stand-in",
    command: process.execPath,
    args: standInArgs(choices, port),
    cwd: join(import.meta.dirname, "../.."),
    log: join(directory, "opencost.log"),
    ready: () => answers(`http://127.0.0.1:${port}/healthz`),
    readySeconds: STAND_IN_SECONDS,
  });
}
