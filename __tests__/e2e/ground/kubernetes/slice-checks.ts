import assert from "node:assert/strict";
import { join } from "node:path";
import type { Checks } from "../../checks.ts";
import { CLUSTER_ARN, WINDOW } from "../../export/cli.ts";
import { expectedKeys } from "../../export/folder.ts";
import { dataDirectory } from "../parts/run-state.ts";
import { S3_KEYS } from "../versitygw.ts";
import { createBucket } from "./bucket.ts";
import { importImage } from "./containerd.ts";
import { assertSound, S3_URL } from "./disturbances.ts";
import { hostServiceObjects } from "./host-services.ts";
import { writeAgentImage } from "./images.ts";
import { runJob } from "./job.ts";
import { getObject, kubectl, tryKubectl, waitUntil } from "./kubectl.ts";
import { ensureNodeTools } from "./node-tools.ts";
import { applyObjects } from "./objects.ts";
import {
  addSettings,
  EXPORT_CRONJOB,
  installChart,
  prepareNamespace,
  RELEASE_NAMESPACE,
  uninstallChart,
} from "./release.ts";

const BUCKET = "container-insights-slice";
const TARGET = { clusterArn: CLUSTER_ARN, bucket: BUCKET, identity: "staticKeys" } as const;
const JOB_SECONDS = 240;

/** The chart on the real API server, in a namespace that admits restricted pods only. */
export async function checkChart(checks: Checks, directory: string): Promise<void> {
  await checks.check("a pod that may gain privileges is refused in the namespace", async () => {
    await prepareNamespace(directory);
    const run = ["run", "careless", "--image=ground.local/none:1", `--namespace=${RELEASE_NAMESPACE}`];
    const { code, stderr } = await tryKubectl(run);
    assert.equal(code, 1);
    assert.match(stderr, /violates PodSecurity "restricted:latest"/);
  });
  await checks.check("helm installs the chart, and once more changes nothing that runs", async () => {
    await installChart(directory, TARGET);
    const first = await getObject<{ spec: unknown }>("cronjob", EXPORT_CRONJOB, RELEASE_NAMESPACE);
    await installChart(directory, TARGET);
    const second = await getObject<{ spec: unknown }>("cronjob", EXPORT_CRONJOB, RELEASE_NAMESPACE);
    assert.deepEqual(second.spec, first.spec);
  });
  await checks.check("its objects are there", async () => {
    const kinds = "cronjob,configmap,serviceaccount,networkpolicy";
    const { stdout } = await kubectl(["get", kinds, `--namespace=${RELEASE_NAMESPACE}`, "--output=name"]);
    const names = stdout
      .trim()
      .split("\n")
      .filter((name) => !/\/(kube-root-ca.crt|default)$/.test(name));
    assert.deepEqual(names.sort(), [
      "configmap/container-insights-export",
      `cronjob.batch/${EXPORT_CRONJOB}`,
      "networkpolicy.networking.k8s.io/container-insights-default-deny",
      "networkpolicy.networking.k8s.io/container-insights-export",
      "serviceaccount/nops-container-insights",
    ]);
  });
}

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
      return createBucket(BUCKET, S3_URL, S3_KEYS);
    },
  );
  if (!bucket) return;
  await checks.check("a Job of the CronJob exports both datasets of three hours", async () => {
    const report = await runJob("first", JOB_SECONDS);
    assert.deepEqual([report.failed, report.exported.length], [[], 6]);
    assert.deepEqual(Object.keys(await bucket.tree()), expectedKeys());
  });
  await checks.check("the next run finds nothing to do", async () => {
    const report = await runJob("second", JOB_SECONDS);
    assert.deepEqual([report.exported, report.failed, report.committedBefore], [[], [], 6]);
  });
  await checks.check("verify finds the bucket sound, from outside the cluster", () => assertSound(bucket));
}

/** Helm takes back what it made. */
export async function checkUninstall(checks: Checks): Promise<void> {
  await checks.check("helm uninstall leaves nothing of the release", async () => {
    await uninstallChart();
    const kinds = "cronjob,configmap,serviceaccount,networkpolicy,job,pod";
    const selector = "--selector=app.kubernetes.io/part-of=container-insights";
    await waitUntil("the release's objects to go", 60, async () => {
      const { stdout } = await kubectl([
        "get",
        kinds,
        selector,
        `--namespace=${RELEASE_NAMESPACE}`,
        "--output=name",
      ]);
      return stdout.trim() === "";
    });
  });
}
