import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { isoSeconds } from "../../../contract/hours.ts";
import type { Checks } from "../checks.ts";
import {
  startHttpFaultProxy,
  type HttpFault,
  type HttpFaultProxy,
  type PassingRequest,
} from "../ground/fault-proxy/http-proxy.ts";
import { startToxiproxy, type FaultyRoute } from "../ground/fault-proxy/toxiproxy.ts";
import { openS3, s3Env } from "../ground/s3-access.ts";
import { S3_KEYS, startVersitygw } from "../ground/versitygw.ts";
import {
  CLUSTER_PREFIX,
  exportArgs,
  exportHours,
  parseReport,
  runCli,
  verifyArgs,
  type ExportReport,
  type SourceUrls,
  type VerifyFindings,
} from "./cli.ts";
import { FIRST_HOUR, planFaults, type FaultPlan } from "./fault-plan.ts";
import { dataFileKey, manifestFileKey } from "./folder.ts";
import { ALL_DATASETS, type Undisturbed } from "./small-cluster.ts";
import { dataFiles, readBucketTree } from "./tree.ts";

const BUCKET = "container-insights-faults";
const SOME_FAILED = 3;
const HOLE_MS = 2_000;
const PATH_STYLE = ["--s3-force-path-style"];
const FLAGS = [...ALL_DATASETS, ...PATH_STYLE];

/** The black hole between the command line and S3. */
interface Hole {
  route?: FaultyRoute;
  /** Whose answers opened it. */
  readonly keys: string[];
  healed?: Promise<void>;
}

interface Faulty {
  readonly hole: Hole;
  readonly proxies: Readonly<Record<"prometheus" | "opencost" | "s3", HttpFaultProxy>>;
  readonly s3Url: string;
  readonly s3: S3Client;
  readonly env: Readonly<Record<string, string>>;
}

/** Exports through proxies that break connections, answers and writes, as the seed says; and once more without. */
export async function faultPhases(
  checks: Checks,
  sources: SourceUrls,
  done: Undisturbed,
  directory: string,
  seed = "1",
): Promise<void> {
  const running: { stop(): Promise<void> }[] = [];
  const plan = planFaults(seed);
  try {
    const faulty = await checks.phase("faults: start the proxies", async () => {
      await mkdir(directory, { recursive: true });
      return startFaulty(sources, plan, directory, running);
    });
    if (!faulty) return;
    await checks.phase(`faults: export, disturbed, seed ${seed}`, () =>
      checkDisturbed(checks, sources, faulty, done, plan),
    );
    await checks.phase("faults: export again", () => checkHealed(checks, sources, faulty, done));
  } finally {
    for (const one of running.reverse()) await one.stop();
  }
}

async function startFaulty(
  sources: SourceUrls,
  plan: FaultPlan,
  directory: string,
  running: { stop(): Promise<void> }[],
): Promise<Faulty> {
  const keep = <T extends { stop(): Promise<void> }>(one: T): T => (running.push(one), one);
  const versitygw = keep(await startVersitygw(directory));
  const toxiproxy = keep(await startToxiproxy(directory));
  const prometheus = keep(
    await startHttpFaultProxy(sources.prometheusUrl, ({ path, attempt }) =>
      path.startsWith("/api/v1/query") && attempt === plan.query ? "reset" : undefined,
    ),
  );
  const opencost = keep(
    await startHttpFaultProxy(sources.opencostUrl, ({ path }) =>
      namesHour(path, plan.truncated) ? "truncate" : undefined,
    ),
  );
  const hole: Hole = { keys: [] };
  const s3 = keep(await startHttpFaultProxy(versitygw.url, (request) => s3Fault(request, plan, hole)));
  hole.route = await toxiproxy.route("s3", s3.url);
  const client = openS3(versitygw.url, S3_KEYS);
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    proxies: { prometheus, opencost, s3 },
    s3Url: versitygw.url,
    s3: client,
    hole,
    env: s3Env(hole.route.url, S3_KEYS),
  };
}

async function s3Fault(
  { method, path, attempt }: PassingRequest,
  plan: FaultPlan,
  hole: Hole,
): Promise<HttpFault | undefined> {
  const key = decodeURIComponent(path);
  if (method === "GET" && attempt === 1 && path.includes("list-type=2")) return "slow-down";
  if (method !== "PUT" || attempt !== 1) return undefined;
  if (key.includes(dataFileKey("allocation", plan.lostData))) return "lose-answer";
  if (key.includes(manifestFileKey("allocation", plan.lostManifest))) {
    // The server does it. Its answer goes into the hole, and so does every other one for a while.
    const { route } = hole;
    await route?.poison("hole", { type: "timeout", attributes: { timeout: 0 } });
    hole.healed = sleep(HOLE_MS).then(() => route?.heal("hole"));
    hole.keys.push(key);
  }
  return undefined;
}

function namesHour(path: string, hour: number): boolean {
  const window = new URL(path, "http://opencost").searchParams.get("window") ?? "";
  const start = window.split(",")[0] ?? "";
  return start === String(hour) || Date.parse(start) === hour * 1000;
}

async function checkDisturbed(
  checks: Checks,
  sources: SourceUrls,
  { proxies, env, s3, hole }: Faulty,
  done: Undisturbed,
  plan: FaultPlan,
): Promise<void> {
  const through = { ...sources, prometheusUrl: proxies.prometheus.url, opencostUrl: proxies.opencost.url };
  const report = await checks.check("the hours whose answers broke off fail, and only they", async () => {
    const result = await runCli(exportArgs(through, `s3://${BUCKET}`, FLAGS), env);
    await hole.healed;
    const found = parseReport<ExportReport>(result, SOME_FAILED);
    const failed = found.failed.map(({ dataset, hour }) => `${dataset} ${hour}`).sort();
    // Charges are made from the allocation of their hour.
    const broken = ["allocation", "focus"].map((dataset) => `${dataset} ${isoSeconds(plan.truncated)}`);
    assert.deepEqual(failed, [...broken, `container ${isoSeconds(FIRST_HOUR)}`].sort(), result.stderr);
    assert.equal(found.exported.length, done.datasetHours - 3);
    // Not "already": what a retry found there was this run's own.
    assert.deepEqual([...new Set(found.exported.map(({ how }) => how))], ["written"]);
    return found;
  });
  await checks.check("every fault came to pass", () => {
    const broken = (name: keyof typeof proxies): string[] =>
      proxies[name].broken.map(({ method, fault, status }) => `${method} ${fault} ${status}`);
    assert.deepEqual([...new Set(broken("prometheus"))], ["POST reset 200"]);
    assert.deepEqual([...new Set(broken("opencost"))], ["GET truncate 200"]);
    assert.deepEqual([...new Set(broken("s3"))].sort(), ["GET slow-down 0", "PUT lose-answer 200"]);
    assert.equal(broken("s3").filter((fault) => fault.startsWith("PUT")).length, 1);
    assert.equal(hole.keys.length, 1);
  });
  await checks.check("what is there names no hour that failed, and no half file", async () => {
    const tree = Object.keys(await readBucketTree(s3, BUCKET, CLUSTER_PREFIX));
    const failed = (report?.failed ?? []).flatMap(({ dataset, hour }) => {
      const at = Date.parse(hour) / 1000;
      return [dataFileKey(dataset, at), manifestFileKey(dataset, at)];
    });
    assert.deepEqual(
      tree,
      Object.keys(done.tree).filter((key) => !failed.includes(key)),
    );
  });
}

async function checkHealed(
  checks: Checks,
  sources: SourceUrls,
  { s3Url, s3 }: Faulty,
  done: Undisturbed,
): Promise<void> {
  const env = s3Env(s3Url, S3_KEYS);
  await checks.check("the next run exports what failed and nothing else", async () => {
    const report = await exportHours(exportArgs(sources, `s3://${BUCKET}`, FLAGS), env);
    const { failed, exported, committedBefore } = report;
    assert.deepEqual([failed, exported.length, committedBefore], [[], 3, done.datasetHours - 3]);
  });
  await checks.check(
    "no hour is lost or doubled: the same files as without faults, byte for byte",
    async () => {
      const tree = await readBucketTree(s3, BUCKET, CLUSTER_PREFIX);
      assert.deepEqual(Object.keys(tree), Object.keys(done.tree));
      assert.deepEqual(dataFiles(tree), dataFiles(done.tree));
    },
  );
  await checks.check("verify finds it sound", async () => {
    const result = await runCli(verifyArgs(`s3://${BUCKET}`, PATH_STYLE), env);
    assert.deepEqual(parseReport<VerifyFindings>(result, 0).findings, []);
  });
}
