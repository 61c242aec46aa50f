import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { S3_KEYS } from "../../__tests__/e2e/ground/versitygw.ts";
import { s3Env } from "../../__tests__/e2e/ground/s3-access.ts";
import type { Peer } from "./checkouts.ts";
import type { Job } from "./measure.ts";
import type { PeerSources } from "./sources.ts";

const CLUSTER_ARN = "arn:aws:eks:us-east-1:123456789012:cluster/lab";
const CONTAINERFILE = join(import.meta.dirname, "../../agent-src/Containerfile");

/** Our two CronJobs, and the one dataset that OpenCost's exporter has, too. */
export async function ourJobs(bundle: string, sources: PeerSources, directory: string): Promise<Job[]> {
  const flags = await nodeFlags();
  const job = (name: string, ...args: string[]): Job => ({
    exporter: "ours",
    name,
    cwd: directory,
    writesTo: "bucket",
    command: ({ bucket }) => [
      ...[process.execPath, ...flags, bundle, "export", "--sink", `s3://${bucket}`, "--s3-force-path-style"],
      ...["--prometheus-url", sources.prometheus.url, "--opencost-url", sources.opencost.url],
      ...["--cluster-arn", CLUSTER_ARN, "--labels-from", "kube-state-metrics"],
      ...["--from", time(sources.hour), "--until", time(sources.hour + 3600)],
      ...["--timeout", "1200s", "--simulated", "generated cluster", "--json", ...args],
    ],
    env: () => ({ NODE_ENV: "production", ...s3Env(sources.s3.url, S3_KEYS) }),
  });
  return [
    job("hourly", "--job", "hourly"),
    job("samples", "--job", "samples"),
    job("allocation", "--job", "hourly", "--datasets", "allocation"),
  ];
}

/** nOps' two CronJobs. The first also exports the costs, for the hour in place of yesterday. */
export function nopsJobs(peer: Peer, sources: PeerSources): Job[] {
  const opencost = new URL(sources.opencost.url);
  const job = (name: string, ...args: string[]): Job => ({
    exporter: "nops",
    name,
    cwd: join(peer.directory, "nops_k8s_agent"),
    writesTo: "bucket",
    command: () => [
      peer.python,
      join(import.meta.dirname, "nops_at.py"),
      time(sources.hour).slice(0, 13),
      ...args,
    ],
    env: ({ bucket }) => ({
      APP_PROMETHEUS_SERVER_ENDPOINT: sources.prometheus.url,
      APP_AWS_S3_BUCKET: bucket,
      APP_NOPS_K8S_AGENT_CLUSTER_ARN: CLUSTER_ARN,
      NOPSCOST_SVC_HOSTNAME: opencost.hostname,
      NOPSCOST_SVC_PORT: opencost.port,
      AWS_ENDPOINT_URL: sources.s3.url,
      AWS_DEFAULT_REGION: "us-east-1",
      ...s3Env(sources.s3.url, S3_KEYS),
    }),
  });
  return [
    job("main", "dumptos3", "--start-date", "", "--end-date", ""),
    job("granular", "dumptos3", "--nogroupby"),
  ];
}

/** OpenCost's exporter, one hour instead of yesterday, into a folder. */
export function parquetExporterJobs(peer: Peer, sources: PeerSources): Job[] {
  const opencost = new URL(sources.opencost.url);
  return [
    {
      exporter: "parquet-exporter",
      name: "hour",
      cwd: join(peer.directory, "src"),
      writesTo: "folder",
      command: () => [peer.python, "opencost_parquet_exporter.py"],
      env: ({ folder }) => ({
        OPENCOST_PARQUET_SVC_HOSTNAME: opencost.hostname,
        OPENCOST_PARQUET_SVC_PORT: opencost.port,
        OPENCOST_PARQUET_WINDOW_START: time(sources.hour),
        OPENCOST_PARQUET_WINDOW_END: time(sources.hour + 3600),
        OPENCOST_PARQUET_INCLUDE_IDLE: "true",
        // Without a bucket it writes to the folder.
        OPENCOST_PARQUET_S3_BUCKET: "",
        OPENCOST_PARQUET_FILE_KEY_PREFIX: folder,
      }),
    },
  ];
}

/** What the image starts Node with. */
async function nodeFlags(): Promise<string[]> {
  const entry = /^ENTRYPOINT (\[.*\])$/m.exec(await readFile(CONTAINERFILE, "utf8"))?.[1];
  if (entry === undefined) throw new Error(`"${CONTAINERFILE}" has no ENTRYPOINT in JSON`);
  return (JSON.parse(entry) as string[]).slice(1, -1);
}

function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
