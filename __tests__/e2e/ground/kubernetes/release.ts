import { join } from "node:path";
import { AGENT_NAMESPACE } from "../../../../contract/workload-identity.ts";
import { S3_KEYS } from "../versitygw.ts";
import { kubectl } from "./kubectl.ts";
import { applyObjects } from "./objects.ts";

/** Where the release is. */
export const RELEASE_NAMESPACE = AGENT_NAMESPACE;

/** The release, and the objects of it that the slice works with. */
export const RELEASE = "container-insights";
export const EXPORT_CRONJOB = "container-insights-export-hourly";
const SETTINGS = "container-insights-export";

/** The Secret with the bucket's keys: the chart's values name it, and nothing that Terraform writes has the keys. */
export const BUCKET_KEYS = "bucket-keys";

const KINDS = "cronjob,configmap,serviceaccount,networkpolicy";
const OF_THE_CHART = "--selector=app.kubernetes.io/part-of=container-insights";

/** Makes that Secret, as somebody does who may read the keys. */
export async function createBucketKeys(directory: string): Promise<void> {
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: BUCKET_KEYS, namespace: RELEASE_NAMESPACE },
    stringData: {
      AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
    },
  };
  await applyObjects(join(directory, "bucket-keys.json"), [secret]);
}

/** An object of the API, as far as those of two releases are compared. */
export interface ReleaseObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What the chart made in a namespace, or anywhere. */
export async function chartObjects(namespace?: string): Promise<readonly ReleaseObject[]> {
  return listObjects(KINDS, OF_THE_CHART, namespace);
}

/** Helm's own records of the releases in a namespace, or anywhere. */
export async function releaseRecords(namespace?: string): Promise<readonly ReleaseObject[]> {
  return listObjects("secret", "--selector=owner=helm", namespace);
}

async function listObjects(
  kinds: string,
  selector: string,
  namespace: string | undefined,
): Promise<readonly ReleaseObject[]> {
  const where = namespace === undefined ? "--all-namespaces" : `--namespace=${namespace}`;
  const { stdout } = await kubectl(["get", kinds, selector, where, "--output=json"]);
  return (JSON.parse(stdout) as { items: readonly ReleaseObject[] }).items;
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
