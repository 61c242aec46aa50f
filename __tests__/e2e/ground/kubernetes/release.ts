import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { ensureHelm } from "../parts.ts";
import { S3_KEYS } from "../versitygw.ts";
import { AGENT_REPOSITORY, AGENT_TAG } from "./images.ts";
import { adminKubeconfig, kubectl } from "./kubectl.ts";
import { REAL_NODE_LABEL } from "./kubelet.ts";
import { applyObjects } from "./objects.ts";

const CHART = join(import.meta.dirname, "../../../../charts/container-insights");

/** Where the release is. */
export const RELEASE_NAMESPACE = "nops";

/** The release, and the objects of it that the slice works with. */
export const RELEASE = "container-insights";
export const EXPORT_CRONJOB = "container-insights-export-hourly";
const SETTINGS = "container-insights-export";
const BUCKET_KEYS = "bucket-keys";

/** Makes the namespace, in which only restricted pods are admitted, and the Secret with the bucket's keys. */
export async function prepareNamespace(directory: string): Promise<void> {
  const namespace = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: RELEASE_NAMESPACE,
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
      },
    },
  };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: BUCKET_KEYS, namespace: RELEASE_NAMESPACE },
    stringData: {
      AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    },
  };
  await applyObjects(join(directory, "namespace.json"), [namespace, secret]);
}

/** How the agent gets its credentials: keys from the Secret, or a role by web identity. */
export type AgentIdentity = "staticKeys" | { readonly roleArn: string };

/** Installs or upgrades the chart with Helm, as a user does. */
export async function installChart(
  directory: string,
  target: { readonly clusterArn: string; readonly bucket: string; readonly identity: AgentIdentity },
): Promise<void> {
  const values = {
    clusterArn: target.clusterArn,
    image: { repository: AGENT_REPOSITORY, tag: AGENT_TAG, pullPolicy: "Never" },
    sink: { url: `s3://${target.bucket}` },
    identity:
      target.identity === "staticKeys"
        ? { mode: "staticKeys", staticKeys: { existingSecret: BUCKET_KEYS } }
        : { mode: "irsa", roleArn: target.identity.roleArn },
    prometheus: { url: "http://prometheus-server.monitoring.svc" },
    openCost: { url: "http://opencost.opencost.svc:9003" },
    pod: { nodeSelector: { [REAL_NODE_LABEL]: "true" } },
  };
  const file = join(directory, "values.json");
  await writeFile(file, JSON.stringify(values, undefined, 2));
  const where = ["--namespace", RELEASE_NAMESPACE, "--kubeconfig", adminKubeconfig()];
  const args = ["upgrade", "--install", RELEASE, CHART, ...where, "--values", file];
  await runCommand(await ensureHelm(), args, {
    env: { HELM_CACHE_HOME: directory, HELM_CONFIG_HOME: directory },
  });
}

/** Removes the release, as a user does. */
export async function uninstallChart(): Promise<void> {
  const where = ["--namespace", RELEASE_NAMESPACE, "--kubeconfig", adminKubeconfig()];
  await runCommand(await ensureHelm(), ["uninstall", RELEASE, ...where]);
}

/**
 * Adds settings to the release's ConfigMap that the chart has no values for: those that lead the AWS SDK to the
 * ground's S3 server, and the recorded hours' window. On EKS neither is wanted.
 */
export async function addSettings(settings: Readonly<Record<string, string>>): Promise<void> {
  const patch = JSON.stringify({ data: settings });
  await kubectl([
    "patch",
    "configmap",
    SETTINGS,
    `--namespace=${RELEASE_NAMESPACE}`,
    "--type=merge",
    `--patch=${patch}`,
  ]);
}
