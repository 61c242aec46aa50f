import assert from "node:assert/strict";
import { join } from "node:path";
import type { Checks } from "../../checks.ts";
import { WINDOW } from "../../export/cli.ts";
import { DATASET_HOURS } from "../../export/dataset-hours.ts";
import { expectedKeys } from "../../export/folder.ts";
import { serviceUrl } from "../parts/ports.ts";
import { dataDirectory } from "../parts/run-state.ts";
import { S3_KEYS } from "../versitygw.ts";
import { createBucket } from "./bucket.ts";
import { SLICE_BUCKET } from "./cluster-stack-checks.ts";
import { importImage } from "./containerd.ts";
import { assertSound } from "./disturbances.ts";
import { hostServiceObjects } from "./host-services.ts";
import { writeAgentImage } from "./images.ts";
import { runJob } from "./job.ts";
import { assertRestricted } from "./restricted-pod.ts";
import { ensureNodeTools } from "./node-tools.ts";
import { applyObjects } from "./objects.ts";
import { addSettings } from "./release.ts";

const JOB_SECONDS = 240;

/** The agent in its pod on the real node: Prometheus, OpenCost and S3 by Service and DNS. */
export async function checkAgent(checks: Checks, directory: string): Promise<void> {
  await checks.check("the agent's image is made from the working copy and loaded", async () => {
    const archive = join(directory, "agent.tar");
    await writeAgentImage(archive);
    await importImage(await ensureNodeTools(), dataDirectory("node"), archive);
  });
  const bucket = await checks.check(
    "what runs beside the cluster has Services, and there is a bucket",
    async () => {
      await applyObjects(join(directory, "host-services.json"), hostServiceObjects());
      const [, from, , until] = WINDOW;
      await addSettings({
        AWS_ENDPOINT_URL_S3: "http://s3.storage.svc.cluster.local:7070",
        CONTAINER_INSIGHTS_S3_FORCE_PATH_STYLE: "true",
        CONTAINER_INSIGHTS_FROM: from,
        CONTAINER_INSIGHTS_UNTIL: until,
      });
      return createBucket(SLICE_BUCKET, serviceUrl("s3"), S3_KEYS);
    },
  );
  if (!bucket) return;
  await checks.check("a Job of the CronJob exports every hourly dataset of three hours", async () => {
    const report = await runJob("first", JOB_SECONDS);
    assert.deepEqual([report.failed, report.exported.length], [[], DATASET_HOURS]);
    assert.deepEqual(Object.keys(await bucket.tree()), expectedKeys());
  });
  await checks.check(
    "its pod ran as uid 65532, read-only, without capabilities, under the chart's limit",
    () => assertRestricted("first"),
  );
  await checks.check("the next run finds nothing to do", async () => {
    const report = await runJob("second", JOB_SECONDS);
    assert.deepEqual([report.exported, report.failed, report.committedBefore], [[], [], DATASET_HOURS]);
  });
  await checks.check("verify finds the bucket sound, from outside the cluster", () => assertSound(bucket));
}
