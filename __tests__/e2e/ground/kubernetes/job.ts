import type { ExportReport } from "../../export/cli.ts";
import { EXPORT_CRONJOB, RELEASE_NAMESPACE } from "./release.ts";
import { getObject, kubectl, waitUntil } from "./kubectl.ts";

/** How a Job ended. */
export interface JobEnd {
  readonly succeeded: boolean;
  /** Names of its pods, the oldest first. */
  readonly pods: readonly string[];
  /** What its last pod wrote. */
  readonly log: string;
}

interface JobObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  }[];
}

const IN_NAMESPACE = `--namespace=${RELEASE_NAMESPACE}`;

/** Starts a Job from the release's CronJob, just as its schedule would. */
export async function startExportJob(name: string): Promise<void> {
  await kubectl(["create", "job", name, `--from=cronjob/${EXPORT_CRONJOB}`, IN_NAMESPACE]);
}

type JobResult = "Complete" | "Failed" | undefined;

/** How a Job ended; undefined while it runs. */
export async function jobResult(name: string): Promise<JobResult> {
  const { status } = await getObject<JobObject>("job", name, RELEASE_NAMESPACE);
  return (["Complete", "Failed"] as const).find((wanted) =>
    status.conditions?.some((condition) => condition.type === wanted && condition.status === "True"),
  );
}

/**
 * Waits until a Job is over.
 * @throws Error when it is not over in time
 */
export async function waitForJob(name: string, seconds: number): Promise<JobEnd> {
  let result: JobResult;
  await waitUntil(`the Job "${name}"`, seconds, async () => {
    result = await jobResult(name);
    return result !== undefined;
  });
  const pods = await podsOfJob(name);
  const last = pods.at(-1);
  const log = last === undefined ? "" : (await kubectl(["logs", last, IN_NAMESPACE])).stdout;
  return { succeeded: result === "Complete", pods, log };
}

/**
 * Runs a Job to its end.
 * @returns the agent's report
 * @throws Error with the pod's log when the Job fails
 */
export async function runJob(name: string, seconds: number): Promise<ExportReport> {
  await startExportJob(name);
  const { succeeded, log } = await waitForJob(name, seconds);
  if (!succeeded) throw new Error(`The Job "${name}" failed:\n${log}`);
  // A pod's log mixes the report with what goes to stderr, before it and after it.
  const report = /^\{$[\s\S]*?^\}$/m.exec(log)?.[0];
  if (report === undefined) throw new Error(`The Job "${name}" wrote no report:\n${log}`);
  return JSON.parse(report) as ExportReport;
}

/** Names of a Job's pods, the oldest first. */
export async function podsOfJob(name: string): Promise<readonly string[]> {
  const selector = `--selector=batch.kubernetes.io/job-name=${name}`;
  const { stdout } = await kubectl(["get", "pods", selector, IN_NAMESPACE, "--output=json"]);
  return (JSON.parse(stdout) as PodList).items
    .map(({ metadata }) => metadata)
    .sort((a, b) => a.creationTimestamp.localeCompare(b.creationTimestamp))
    .map((metadata) => metadata.name);
}
