import assert from "node:assert/strict";
import type { Checks } from "../../checks.ts";
import { parseReport, runCli, verifyArgs, type VerifyFindings } from "../../export/cli.ts";
import { DATASET_HOURS } from "../../export/dataset-hours.ts";
import { expectedKeys } from "../../export/folder.ts";
import { restartProgram } from "../parts/lifecycle.ts";
import { serviceUrl } from "../parts/ports.ts";
import { PROMETHEUS } from "../parts/services.ts";
import { s3Env } from "../s3-access.ts";
import { S3_KEYS } from "../versitygw.ts";
import { NODE_NAME } from "./addresses.ts";
import { createBucket, type Bucket } from "./bucket.ts";
import { CONTROL_PLANE } from "./control-plane.ts";
import { TooLate, tryInTime, whyTooLate } from "./in-time.ts";
import { jobResult, podsOfJob, runJob, startExportJob, waitForJob, type JobEnd } from "./job.ts";
import { kubectl, waitUntil } from "./kubectl.ts";
import { addSettings, RELEASE_NAMESPACE } from "./release.ts";

const S3_URL = serviceUrl("s3");
const JOB_SECONDS = 300;

/** Something that happens to a cluster while the agent works. */
interface Disturbance {
  readonly name: string;
  happen(pod: string): Promise<void>;
}

/** A Job that was disturbed while it worked. */
interface DisturbedJob {
  readonly job: string;
  readonly bucket: Bucket;
  /** How many dataset hours were committed right before. */
  readonly committed: number;
  readonly end: JobEnd;
}

const DISTURBANCES: readonly Disturbance[] = [
  { name: "pod-deleted", happen: deletePod },
  { name: "node-drained", happen: drainNode },
  { name: "api-server-restarted", happen: () => restartProgram(CONTROL_PLANE, "kube-apiserver") },
  { name: "prometheus-restarted", happen: () => restartProgram(PROMETHEUS, "prometheus") },
];

/**
 * Each disturbance comes as soon as a number of hours is committed that the seed chooses, and before all are. Whether
 * the Job itself survives is Kubernetes' affair; what counts is that after the next run every hour is there, and once.
 */
export async function checkDisturbances(checks: Checks, rounds: number, seed: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const [index, disturbance] of DISTURBANCES.entries()) {
      const after = chooseMoment(seed, round, index);
      const what = `${disturbance.name}, round ${round}, from ${after} of ${DATASET_HOURS} committed on`;
      let committed = 0;
      await checks.check(
        `${what}: no hour lost or doubled`,
        async () => {
          committed = await checkOne(disturbance, `${disturbance.name}-${round}`, after);
        },
        () => `disturbed at ${committed} of ${DATASET_HOURS}`,
      );
    }
  }
}

/** From 1 to 4, and the same for the same seed. */
function chooseMoment(seed: number, round: number, index: number): number {
  return 1 + ((seed * 31 + round * 7 + index * 3) % 4);
}

/** @returns how many dataset hours were committed when it was disturbed */
async function checkOne(disturbance: Disturbance, name: string, after: number): Promise<number> {
  const { job, bucket, end, committed } = await tryInTime(name, (trial) =>
    disturbJob(disturbance, trial === 1 ? name : `${name}-trial-${trial}`, after),
  );
  const next = await runJob(`${job}-next`, JOB_SECONDS);
  assert.deepEqual(next.failed, []);
  assert.equal(next.exported.length + next.committedBefore, DATASET_HOURS);
  if (end.succeeded) assert.deepEqual(next.exported, [], "a Job that succeeded left an hour out");
  assert.deepEqual(Object.keys(await bucket.tree()), expectedKeys());
  await assertSound(bucket);
  return committed;
}

/** Starts a Job with a bucket of its own and disturbs it. @throws TooLate when it was over before that */
async function disturbJob({ happen }: Disturbance, job: string, after: number): Promise<DisturbedJob> {
  const bucket = await createBucket(`slice-${job}`, S3_URL, S3_KEYS);
  await addSettings({ CONTAINER_INSIGHTS_SINK: `s3://${bucket.name}` });
  await startExportJob(job);
  await waitUntil(`${after} manifests`, JOB_SECONDS, async () => {
    const isReached = (await bucket.manifests()) >= after;
    if (!isReached) await assertNotFailed(job);
    return isReached;
  });
  const pod = (await podsOfJob(job)).at(-1);
  assert.ok(pod, `the Job "${job}" has no pod`);
  const result = await assertNotFailed(job);
  const committed = await bucket.manifests();
  const tooLate = whyTooLate({ result, committed }, DATASET_HOURS);
  if (tooLate !== undefined) {
    // Over, or nearly: the next trial's settings must not reach this one.
    await waitForJob(job, JOB_SECONDS);
    await assertNotFailed(job);
    throw new TooLate(tooLate);
  }
  await happen(pod);
  return { job, bucket, committed, end: await waitForJob(job, JOB_SECONDS, pod) };
}

async function assertNotFailed(job: string): Promise<"Complete" | undefined> {
  const result = await jobResult(job);
  if (result === "Failed") throw new Error(`The Job "${job}" failed before it was disturbed`);
  return result;
}

async function deletePod(pod: string): Promise<void> {
  await kubectl(["delete", "pod", pod, `--namespace=${RELEASE_NAMESPACE}`, "--wait=false"]);
}

async function drainNode(): Promise<void> {
  await kubectl(["drain", NODE_NAME, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=90s"]);
  await kubectl(["uncordon", NODE_NAME]);
  const rollout = ["rollout", "status", "deployment/coredns", "--namespace=kube-system", "--timeout=90s"];
  await kubectl(rollout);
}

/** `verify`, from outside the cluster, finds nothing wrong. */
export async function assertSound(bucket: Bucket): Promise<void> {
  const verify = verifyArgs(`s3://${bucket.name}`, ["--s3-force-path-style"]);
  const found = parseReport<VerifyFindings>(await runCli(verify, s3Env(S3_URL, S3_KEYS)), 0);
  assert.deepEqual([found.datasetHours, found.findings], [DATASET_HOURS, []]);
}
