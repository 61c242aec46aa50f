import type { ExportReport } from "../../export/cli.ts";
import type { CommandResult } from "../command.ts";
import { EXPORT_CRONJOB, RELEASE_NAMESPACE } from "./release.ts";
import { getObject, kubectl, tryKubectl, waitUntil } from "./kubectl.ts";

/** How a Job ended. */
export interface JobEnd {
  readonly succeeded: boolean;
  /** Names of its pods, the oldest first. */
  readonly pods: readonly string[];
  /** What its last pod wrote; empty when that one is gone. */
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

/** How a Job ended; undefined while it runs. */
export type JobResult = "Complete" | "Failed" | undefined;

/** The result of a Job, as the API server tells it now. */
export async function jobResult(name: string): Promise<JobResult> {
  const { status } = await getObject<JobObject>("job", name, RELEASE_NAMESPACE);
  return (["Complete", "Failed"] as const).find((wanted) =>
    status.conditions?.some((condition) => condition.type === wanted && condition.status === "True"),
  );
}

/**
 * Waits until a Job is over.
 * @param disturbed the pod that was taken from it, if one was
 * @throws Error when it is not over in time
 */
export async function waitForJob(name: string, seconds: number, disturbed?: string): Promise<JobEnd> {
  let result: JobResult;
  await waitUntil(`the Job "${name}"`, seconds, async () => {
    result = await jobResult(name);
    return result !== undefined;
  });
  const pods = await podsOfJob(name);
  const last = pods.at(-1);
  const log =
    last === undefined ? "" : logText(last, await tryKubectl(["logs", last, IN_NAMESPACE]), disturbed);
  return { succeeded: result === "Complete", pods, log };
}

/**
 * What a pod wrote, by what `kubectl logs` said. The disturbed pod may go away after it was listed.
 * @throws Error with what kubectl said when it failed otherwise
 */
export function logText(pod: string, { code, stdout, stderr }: CommandResult, disturbed?: string): string {
  if (code === 0) return stdout;
  if (pod === disturbed && stderr.includes("(NotFound)")) return "";
  throw new Error(`Cannot read the log of the pod "${pod}": kubectl ended with ${code}: ${stderr.trim()}`);
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
