import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { tryCommand, lastLines } from "../../__tests__/e2e/ground/command.ts";
import { makeBucket } from "../../__tests__/e2e/ground/s3-access.ts";
import { S3_KEYS } from "../../__tests__/e2e/ground/versitygw.ts";
import { countWritten, type Written } from "./files.ts";
import type { PeerSources } from "./sources.ts";
import { waitedMs } from "./recording-proxy.ts";

/** One program to run, as its image or CronJob runs it. */
export interface Job {
  readonly exporter: "ours" | "nops" | "parquet-exporter";
  readonly name: string;
  /** @param to the bucket of this run, and a folder of its own */
  command(to: { bucket: string; folder: string }): readonly string[];
  env(to: { bucket: string; folder: string }): Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where its Parquet files come to be. */
  readonly writesTo: "bucket" | "folder";
}

/** What one run of a job took. */
export interface JobRun extends Written {
  readonly exporter: Job["exporter"];
  readonly job: string;
  readonly code: number;
  readonly wallMs: number;
  /** Of that, while at least one request to a source was under way. */
  readonly waitedMs: number;
  readonly cpuMs: number;
  readonly maxRssMiB: number;
  readonly requests: number;
  readonly refused: number;
  readonly sourceBytes: number;
  /** The end of what it said, when it failed. */
  readonly said?: string;
}

const LAUNCHER = join(import.meta.dirname, "launch.py");

/** Runs a job with an empty bucket and folder. The kernel tells its memory and CPU, the proxies the waiting. */
export async function measureJob(
  job: Job,
  sources: PeerSources,
  directory: string,
  index: number,
): Promise<JobRun> {
  const bucket = `run-${index}`;
  const to = { bucket, folder: join(directory, bucket) };
  await mkdir(to.folder, { recursive: true });
  await makeBucket(sources.s3.url, S3_KEYS, bucket);
  const usageFile = join(directory, `${bucket}.json`);
  sources.prometheus.taken();
  sources.opencost.taken();
  const said = await tryCommand("python3", [LAUNCHER, usageFile, ...job.command(to)], {
    cwd: job.cwd,
    env: { TZ: "UTC", PYTHONDONTWRITEBYTECODE: "1", ...job.env(to) },
    log: join(directory, `${bucket}-${job.exporter}.log`),
    timeoutSeconds: 3600,
  });
  const usage = JSON.parse(await readFile(usageFile, "utf8")) as Usage;
  const exchanges = [...sources.prometheus.taken(), ...sources.opencost.taken()];
  return {
    exporter: job.exporter,
    job: job.name,
    code: usage.code,
    wallMs: Math.round(usage.endMs - usage.startMs),
    waitedMs: Math.round(waitedMs(exchanges, usage.startMs, usage.endMs)),
    cpuMs: Math.round(usage.cpuMs),
    maxRssMiB: Math.round(usage.maxRssMiB),
    requests: exchanges.length,
    refused: exchanges.filter(({ status }) => status >= 400).length,
    sourceBytes: exchanges.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(await countWritten(job.writesTo === "bucket" ? join(sources.buckets, bucket) : to.folder)),
    ...(usage.code === 0 ? {} : { said: lastLines(`${said.stdout}\n${said.stderr}`, 8) }),
  };
}

interface Usage {
  readonly code: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly cpuMs: number;
  readonly maxRssMiB: number;
}
