import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Checks } from "../checks.ts";
import { childEnv } from "../ground/env.ts";
import { seededFraction } from "../ground/history/seed.ts";
import { openS3, s3Env } from "../ground/s3-access.ts";
import { S3_KEYS, startVersitygw } from "../ground/versitygw.ts";
import { BucketWatch } from "./bucket-watch.ts";
import { exportArgs, exportHours, type SourceUrls } from "./cli.ts";
import { NEWEST_HOUR } from "./dataset-hours.ts";
import { ALL_DATASETS, type Undisturbed } from "./small-cluster.ts";

const ROOT = join(import.meta.dirname, "../../..");

/** How often an export is killed, and what chooses when. */
export interface KillChoices {
  readonly kills: number;
  readonly seed: string;
}

/**
 * Kills exports to the strict S3 server at any moment of their lives, from the start of the process to its end, and
 * starts them again with what is there, until all hours are committed; then with a new bucket, until it was often
 * enough. After each kill, what is committed is sound; at the end of each bucket, every hour is there once.
 */
export async function killPhase(
  checks: Checks,
  sources: SourceUrls,
  done: Undisturbed,
  directory: string,
  { kills, seed }: KillChoices,
): Promise<void> {
  await checks.phase(`kills: ${kills} of them, seed ${seed}`, async () => {
    await mkdir(directory, { recursive: true });
    const server = await startVersitygw(directory);
    const target = { env: s3Env(server.url, S3_KEYS), s3: openS3(server.url, S3_KEYS) };
    try {
      let left = kills;
      let milliseconds = 0; // of the longest run yet that was left alone
      for (let bucket = 0; left > 0; bucket++) {
        const round = { bucket: `kills-${bucket}`, left, milliseconds, about: `${seed}/${bucket}` };
        let killed = 0;
        const filled = await checks.check(
          `${round.bucket}: every hour once, the same files to the byte`,
          async () => {
            const found = await fillBucket(sources, done, target, round);
            killed = found.killed;
            return found;
          },
          () => `killed ${killed} times`,
        );
        if (!filled) break; // it would go on for ever
        left -= killed;
        milliseconds = Math.max(milliseconds, filled.lasted);
      }
    } finally {
      target.s3.destroy();
      await server.stop();
    }
  });
}

interface Target {
  readonly env: Readonly<Record<string, string>>;
  readonly s3: S3Client;
}

interface Round {
  readonly bucket: string;
  /** How many kills are still wanted. */
  readonly left: number;
  /** How long a run takes; 0 where that is not known yet, and then none is killed. */
  readonly milliseconds: number;
  readonly about: string;
}

async function fillBucket(
  sources: SourceUrls,
  done: Undisturbed,
  { env, s3 }: Target,
  { bucket, left, milliseconds, about }: Round,
): Promise<{ killed: number; lasted: number }> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const flags = [...ALL_DATASETS, ...NEWEST_HOUR, "--s3-force-path-style"];
  const args = exportArgs(sources, `s3://${bucket}`, flags);
  const watch = new BucketWatch(s3, bucket, env);
  let killed = 0;
  while (milliseconds > 0 && killed < left) {
    const moment = seededFraction(`${about}/${killed}`) * milliseconds;
    if (!(await killAfter(args, env, moment))) break; // it came to its end before
    killed++;
    await watch.assertSound();
  }
  const start = performance.now();
  assert.deepEqual((await exportHours(args, env)).failed, []);
  const lasted = killed === 0 ? performance.now() - start : 0;
  await watch.assertComplete(done);
  return { killed, lasted };
}

/** Runs the command line and kills it after a time. False: it ended before. */
async function killAfter(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  milliseconds: number,
): Promise<boolean> {
  const options = { cwd: ROOT, env: childEnv(env), stdio: "ignore" } as const;
  const child = spawn(process.execPath, ["cli/bin.mjs", ...args], options);
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (...how) => resolve(how));
  });
  clearTimeout(timer);
  if (signal === null) assert.equal(code, 0, `the export ended with ${code}`);
  return signal === "SIGKILL";
}
