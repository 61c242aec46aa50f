import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Checks } from "../checks.ts";
import { startHttpFaultProxy, type HttpFaultProxy } from "../ground/fault-proxy/http-proxy.ts";
import { openS3, s3Env } from "../ground/s3-access.ts";
import { S3_KEYS, startVersitygw } from "../ground/versitygw.ts";
import { BucketWatch } from "./bucket-watch.ts";
import { exportArgs, exportHours, runCli, type SourceUrls } from "./cli.ts";
import { NEWEST_HOUR } from "./dataset-hours.ts";
import { SHARED_FAULTS, shareFaults } from "./fault-share.ts";
import { ALL_DATASETS, type Undisturbed } from "./small-cluster.ts";

const TARGETS = ["prometheus", "opencost", "s3"] as const;
type Target = (typeof TARGETS)[number];

/** Everything is done, some hours failed, or nothing could be begun. */
const ENDINGS = [0, 3, 5];

/** How an export is disturbed. */
export interface ShareChoices {
  readonly seed: string;
  /** Of all calls to Prometheus, OpenCost and S3. */
  readonly share: number;
  /** Buckets that are filled, each by disturbed runs and a last one that is left alone. */
  readonly buckets: number;
  readonly runs: number;
  /** Flags of the window. */
  readonly window: readonly string[];
  /** Which of them have to meet each of the faults. */
  readonly complete: readonly Target[];
}

/** What every run of the end-to-end tests does: one hour. */
export const SHORT_SHARE = {
  share: 0.3,
  buckets: 1,
  runs: 2,
  window: NEWEST_HOUR,
  complete: ["prometheus", "s3"],
} as const satisfies Omit<ShareChoices, "seed">;

/** What a person, or the night, does: three hours. */
export const LONG_SHARE = {
  share: 0.3,
  buckets: 4,
  runs: 3,
  window: [],
  complete: TARGETS,
} as const satisfies Omit<ShareChoices, "seed">;

type Proxies = Readonly<Record<Target, HttpFaultProxy>>;

/** Exports while a share of all calls fails in one of six ways, until the faults end; then everything has to be there. */
export async function sharePhase(
  checks: Checks,
  sources: SourceUrls,
  done: Undisturbed,
  directory: string,
  choices: ShareChoices,
): Promise<void> {
  const percent = Math.round(choices.share * 100);
  await checks.phase(`faults: ${percent} % of all calls, seed ${choices.seed}`, async () => {
    await mkdir(directory, { recursive: true });
    const running: { stop(): Promise<void> }[] = [];
    try {
      const server = await startVersitygw(directory);
      running.push(server);
      const proxies = await startProxies(sources, server.url, choices, running);
      const s3 = openS3(server.url, S3_KEYS);
      running.push({ stop: async () => s3.destroy() });
      for (let bucket = 0; bucket < choices.buckets; bucket += 1)
        await fillBucket(checks, { sources, proxies, s3, s3Url: server.url }, done, bucket, choices);
      checkCensus(checks, proxies, choices);
    } finally {
      for (const one of running.reverse()) await one.stop();
    }
  });
}

async function startProxies(
  sources: SourceUrls,
  s3Url: string,
  { seed, share }: ShareChoices,
  running: { stop(): Promise<void> }[],
): Promise<Proxies> {
  const start = async (target: Target, url: string): Promise<HttpFaultProxy> => {
    const proxy = await startHttpFaultProxy(url, shareFaults(`${seed}/${target}`, share));
    running.push(proxy);
    return proxy;
  };
  return {
    prometheus: await start("prometheus", sources.prometheusUrl),
    opencost: await start("opencost", sources.opencostUrl),
    s3: await start("s3", s3Url),
  };
}

interface Place {
  readonly sources: SourceUrls;
  readonly proxies: Proxies;
  readonly s3: S3Client;
  readonly s3Url: string;
}

async function fillBucket(
  checks: Checks,
  { sources, proxies, s3, s3Url }: Place,
  done: Undisturbed,
  index: number,
  { runs, window }: ShareChoices,
): Promise<void> {
  const bucket = `share-${index}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const healthy = s3Env(s3Url, S3_KEYS);
  const watch = new BucketWatch(s3, bucket, healthy);
  const flags = [...ALL_DATASETS, ...window, "--s3-force-path-style"];
  const through = { prometheusUrl: proxies.prometheus.url, opencostUrl: proxies.opencost.url };
  const hurried = exportArgs(through, `s3://${bucket}`, [...flags, "--timeout", "3s", "--concurrency", "4"]);
  for (let run = 1; run <= runs; run += 1) {
    let said = "";
    await checks.check(
      `${bucket}: what disturbed run ${run} commits is sound`,
      async () => {
        const result = await runCli(hurried, s3Env(proxies.s3.url, S3_KEYS));
        assert.ok(ENDINGS.includes(result.code), `exit code ${result.code}\n${result.stderr}`);
        assert.doesNotMatch(result.stderr, /^\s+at .+:\d+:\d+/m);
        said = `exit code ${result.code}`;
        await watch.assertSound();
      },
      () => said,
    );
  }
  await checks.check(
    `${bucket}: undisturbed again, all is there once, the same files to the byte`,
    async () => {
      const report = await exportHours(exportArgs(sources, `s3://${bucket}`, flags), healthy);
      assert.deepEqual(report.failed, []);
      await watch.assertComplete(done);
    },
  );
}

function checkCensus(checks: Checks, proxies: Proxies, { complete }: ShareChoices): void {
  const counts = TARGETS.map((target) => {
    const { broken } = proxies[target];
    return SHARED_FAULTS.map((fault) => broken.filter((one) => one.fault === fault).length);
  });
  checks.note(`${"".padEnd(12)}${SHARED_FAULTS.map((fault) => fault.padStart(16)).join("")}`);
  for (const [at, target] of TARGETS.entries())
    checks.note(`${target.padEnd(12)}${counts[at]?.map((count) => String(count).padStart(16)).join("")}`);
  void checks.check(`${complete.join(", ")} met each of the six faults`, () => {
    for (const target of complete) {
      const of = counts[TARGETS.indexOf(target)] ?? [];
      assert.ok(!of.includes(0), `${target}: ${of.join(", ")}`);
    }
  });
}
