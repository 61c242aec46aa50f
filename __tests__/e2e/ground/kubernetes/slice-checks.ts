import assert from "node:assert/strict";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { Checks } from "../../checks.ts";
import {
  CLUSTER_ARN,
  CLUSTER_PREFIX,
  parseReport,
  runCli,
  verifyArgs,
  WINDOW,
  type ExportReport,
  type VerifyFindings,
} from "../../export/cli.ts";
import { expectedKeys } from "../../export/folder.ts";
import { s3Env } from "../../export/strict-s3.ts";
import { readBucketTree } from "../../export/tree.ts";
import { dataDirectory } from "../parts/run-state.ts";
import { SERVICE_PORTS } from "../parts/ports.ts";
import { S3_KEYS } from "../versitygw.ts";
import { importImage } from "./containerd.ts";
import { hostServiceObjects } from "./host-services.ts";
import { writeAgentImage } from "./images.ts";
import { podsOfJob, startExportJob, waitForJob } from "./job.ts";
import { getObject, kubectl, tryKubectl, waitUntil } from "./kubectl.ts";
import { ensureNodeTools } from "./node-tools.ts";
import {
  addSettings,
  applyObjects,
  EXPORT_CRONJOB,
  installChart,
  prepareNamespace,
  RELEASE_NAMESPACE,
  uninstallChart,
} from "./release.ts";

const BUCKET = "container-insights-slice";
const S3_URL = `http://127.0.0.1:${SERVICE_PORTS.s3}`;
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
    await installChart(directory, { clusterArn: CLUSTER_ARN, bucket: BUCKET });
    const first = await getObject<{ spec: unknown }>("cronjob", EXPORT_CRONJOB, RELEASE_NAMESPACE);
    await installChart(directory, { clusterArn: CLUSTER_ARN, bucket: BUCKET });
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
  await checks.check("the parts beside the cluster have Services, and the bucket exists", async () => {
    await applyObjects(join(directory, "host-services.json"), hostServiceObjects());
    await bucketClient().send(new CreateBucketCommand({ Bucket: BUCKET }));
    const [, from, , until] = WINDOW;
    await addSettings({
      AWS_ENDPOINT_URL_S3: "http://s3.storage.svc.cluster.local:7070",
      CONTAINER_INSIGHTS_S3_FORCE_PATH_STYLE: "true",
      CONTAINER_INSIGHTS_FROM: from,
      CONTAINER_INSIGHTS_UNTIL: until,
    });
  });
  await checks.check("a pod deleted half-way, and its Job goes on: three hours, none lost or doubled", () =>
    checkDeletedPod("deleted-half-way"),
  );
  await checks.check("the next run finds nothing to do", async () => {
    const report = await runJob("second");
    assert.deepEqual([report.exported, report.failed, report.committedBefore], [[], [], 6]);
  });
  await checks.check("verify finds the bucket sound, from outside the cluster", async () => {
    const verify = verifyArgs(`s3://${BUCKET}`, ["--s3-force-path-style"]);
    const found = parseReport<VerifyFindings>(await runCli(verify, s3Env(S3_URL, S3_KEYS)), 0);
    assert.deepEqual([found.datasetHours, found.findings], [6, []]);
  });
}

/** Deletes the first pod after it has committed something, and lets the Job's next one finish. */
async function checkDeletedPod(job: string): Promise<void> {
  await startExportJob(job);
  await waitUntil("the first manifest", JOB_SECONDS, async () => (await manifests()) > 0);
  const [pod = ""] = await podsOfJob(job);
  await kubectl(["delete", "pod", pod, `--namespace=${RELEASE_NAMESPACE}`, "--wait=false"]);
  const done = await manifests();
  assert.ok(done < 6, `all ${done} manifests were there before the pod could be deleted`);
  const { succeeded, pods, log } = await waitForJob(job, JOB_SECONDS);
  assert.ok(succeeded, `the Job failed:\n${log}`);
  assert.ok(!pods.includes(pod), `the deleted pod "${pod}" is still there`);
  assert.deepEqual(Object.keys(await readBucketTree(bucketClient(), BUCKET, CLUSTER_PREFIX)), expectedKeys());
}

async function runJob(name: string): Promise<ExportReport> {
  await startExportJob(name);
  const { succeeded, log } = await waitForJob(name, JOB_SECONDS);
  assert.ok(succeeded, `the Job failed:\n${log}`);
  // Progress, which goes to stderr, comes before the report: a pod's log is both.
  return JSON.parse(log.slice(log.search(/^\{/m))) as ExportReport;
}

function bucketClient(): S3Client {
  return new S3Client({ region: "us-east-1", endpoint: S3_URL, credentials: S3_KEYS, forcePathStyle: true });
}

async function manifests(): Promise<number> {
  const tree = await readBucketTree(bucketClient(), BUCKET, CLUSTER_PREFIX);
  return Object.keys(tree).filter((key) => key.startsWith("_manifests/")).length;
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
