import type { Cluster } from "./cluster-arn.ts";
import { dateOf, hourFromParts, hourOfDay, type Hour } from "./hours.ts";

/** Where a deployment's data lives in its bucket unless `key_prefix` says otherwise. Apart from the predecessor's `container_cost/`. */
export const DEFAULT_KEY_PREFIX = "container-insights";

/** Prefix of the reconciler's own objects in the bucket. */
export const CONTROL_PREFIX = "control/";

/** A dataset's hour, as a key names it. */
export interface DatasetHour {
  readonly dataset: string;
  readonly hour: Hour;
}

/** What the keys of all clusters' data begin with: `<key prefix>/cluster=`. */
export function dataPrefix(keyPrefix: string): string {
  return keyPrefix === "" ? "cluster=" : `${keyPrefix}/cluster=`;
}

/** A cluster's name in keys and query tables: `<account>.<region>.<name>`. EKS names hold no dot, so the three parts read back. */
export function clusterId(cluster: Pick<Cluster, "account" | "region" | "name">): string {
  return `${cluster.account}.${cluster.region}.${cluster.name}`;
}

/** The prefix that one cluster's role may write, without a trailing slash: `<key prefix>/cluster=<cluster's id>`. */
export function clusterPrefix(
  keyPrefix: string,
  cluster: Pick<Cluster, "account" | "region" | "name">,
): string {
  return `${dataPrefix(keyPrefix)}${clusterId(cluster)}`;
}

/** What the keys of a dataset's files of one day begin with, below the cluster's prefix, with a trailing slash. */
export function dataFolder(dataset: string, version: number, date: string): string {
  return `dataset=${dataset}/v=${version}/date=${date}/`;
}

/** Key of a data object below the cluster's prefix: `dataset=<d>/v=<n>/date=YYYY-MM-DD/<HH>.parquet`. */
export function dataKey(at: DatasetHour, version: number): string {
  return `${dataFolder(at.dataset, version, dateOf(at.hour))}${hourOfDay(at.hour)}.parquet`;
}

/** Prefix, below the cluster's, of all manifests. */
export const MANIFESTS_PREFIX = "_manifests/";

/** Key of a manifest below the cluster's prefix: `_manifests/date=YYYY-MM-DD/<HH>/<dataset>.json`. */
export function manifestKey(at: DatasetHour): string {
  return `${MANIFESTS_PREFIX}date=${dateOf(at.hour)}/${hourOfDay(at.hour)}/${at.dataset}.json`;
}

/** Listing prefix of the manifests of one day, below the cluster's. */
export function manifestDayPrefix(hour: Hour): string {
  return `${MANIFESTS_PREFIX}date=${dateOf(hour)}/`;
}

const MANIFEST_KEY = /^_manifests\/date=([^/]+)\/([^/]+)\/([a-z_]+)\.json$/;
const DATA_KEY = /^dataset=([a-z_]+)\/v=(\d+)\/date=([^/]+)\/([^/]+)\.parquet$/;

/** The dataset-hour of a manifest key; undefined when the key is not one. */
export function parseManifestKey(key: string): DatasetHour | undefined {
  const match = MANIFEST_KEY.exec(key);
  if (!match) return undefined;
  const [, date, hourText, dataset] = match as unknown as [string, string, string, string];
  const hour = hourFromParts(date, hourText);
  return hour === undefined ? undefined : { dataset, hour };
}

/** The dataset-hour and version of a data key; undefined when the key is not one. */
export function parseDataKey(key: string): (DatasetHour & { version: number }) | undefined {
  const match = DATA_KEY.exec(key);
  if (!match) return undefined;
  const [, dataset, version, date, hourText] = match as unknown as [string, string, string, string, string];
  const hour = hourFromParts(date, hourText);
  return hour === undefined ? undefined : { dataset, hour, version: Number(version) };
}

/** Key, below the cluster's prefix, of the failure record of a dataset-hour. Removed by nobody: a later manifest outranks it. */
export function failureKey(at: DatasetHour): string {
  return `${failureDayPrefix(at.hour)}${hourOfDay(at.hour)}/${at.dataset}.json`;
}

/** Listing prefix of the failure records of one day, below the cluster's. */
export function failureDayPrefix(hour: Hour): string {
  return `_status/failures/date=${dateOf(hour)}/`;
}

/** Key, below the cluster's prefix, of the last run's record; that of the samples' job has its own. */
export const LAST_RUN_KEY = "_status/last-run.json";

/** Key, below the cluster's prefix, of the record of the last run of samples alone. */
export const LAST_SAMPLES_RUN_KEY = "_status/last-run-samples.json";

/** Key, in the bucket, of the reconciler's last report. */
export const RECONCILE_REPORT_KEY = `${CONTROL_PREFIX}role-reconcile/latest.json`;

/** Key, below the cluster's prefix, of what `doctor` last found. */
export const DOCTOR_REPORT_KEY = "_status/doctor.json";

/** Key, below the cluster's prefix, of the object with which `doctor` tries the sink. Stays there: no role may delete. */
export const DOCTOR_PROBE_KEY = "_status/doctor-probe.json";
