import { SECONDS_PER_HOUR, isoSeconds, type Hour } from "../../contract/hours.ts";
import { hasRun } from "./container-row.ts";
import type { ContainerEntry, ContainerTable } from "./container-table.ts";
import { UntrustedAnswerError } from "./errors.ts";
import { jobMatcher, type QueryJobs } from "./promql.ts";

/** Share of the containers that ran which cAdvisor may lack before it is worth a word. */
const UNSEEN_SHARE = 0.1;

/** A start counts until two minutes after its last scrape, when the next one is there already. */
const OVERLAP_SECONDS = 120;

/** Below this, nothing was seen for most of the hour: it is Prometheus that was not there. */
const LEAST_OBSERVED_SECONDS = 3000;

/**
 * Refuses an hour in which kube-state-metrics reports no container's state.
 * @throws UntrustedAnswerError naming the matcher and the flag to change it
 */
export function checkKubeState(table: ContainerTable, hour: Hour, jobs: QueryJobs): void {
  for (const entry of table.entries()) if (entry.reported) return;
  throw new UntrustedAnswerError(
    `Prometheus has no series "kube_pod_container_status_running" with ${jobMatcher(jobs.kubeStateMetricsJob)} in the hour ${isoSeconds(hour)}; name kube-state-metrics' job with --kube-state-metrics-job, and check that Prometheus still has data for that hour`,
  );
}

/** The reason for refusing an hour in which cAdvisor saw no container, naming the matcher and what to do. */
export function noCadvisor(hour: Hour, jobs: QueryJobs): UntrustedAnswerError {
  const matcher = jobs.cadvisorJob === undefined ? "any job" : jobMatcher(jobs.cadvisorJob);
  const advice =
    jobs.cadvisorJob === undefined
      ? "let Prometheus scrape the kubelets' /metrics/cadvisor"
      : "name cAdvisor's job with --cadvisor-job";
  return new UntrustedAnswerError(
    `Prometheus has no series "container_memory_working_set_bytes" of containers with ${matcher} in the hour ${isoSeconds(hour)}; ${advice}, and check that Prometheus still has data for that hour`,
  );
}

/** What a reader of an hour's rows should know, beside the metrics that are missing. */
export function entryWarnings(table: ContainerTable, entries: readonly ContainerEntry[]): string[] {
  const warnings: string[] = [];
  const unnamed = entries.filter((entry) => entry.uid === null).length;
  if (unnamed > 0) {
    warnings.push(
      `${unnamed} of ${entries.length} containers have no pod_uid: cAdvisor's "id" does not hold it, and the pod's name had none or several`,
    );
  }
  const longest = entries.reduce(
    (most, entry) => Math.max(most, Number(table.cell(entry, "observed_seconds"))),
    0,
  );
  if (longest < LEAST_OBSERVED_SECONDS) {
    warnings.push(
      `no container was seen for more than ${longest / 60} of the hour's 60 minutes: Prometheus was down, not yet installed, or has deleted the rest`,
    );
  }
  const doubled = entries.filter((entry) => wasSeenTwice(table, entry)).length;
  if (doubled > 0) {
    warnings.push(
      `${doubled} of ${entries.length} containers were seen for more than an hour (observed_seconds), so their usage is counted more than once: two jobs scrape the same kubelets under different cgroup ids; name one with --cadvisor-job`,
    );
  }
  const ran = entries.filter((entry) => hasRun(table, entry));
  const unseen = ran.filter((entry) => !entry.seenByCadvisor).length;
  if (unseen > UNSEEN_SHARE * ran.length) {
    warnings.push(
      `cAdvisor did not see ${unseen} of ${ran.length} containers that ran: their usage is null; check the scrapes of the kubelets`,
    );
  }
  return warnings;
}

function wasSeenTwice(table: ContainerTable, entry: ContainerEntry): boolean {
  const overlaps = Math.max(0, entry.starts - 1) * OVERLAP_SECONDS;
  return Number(table.cell(entry, "observed_seconds")) > SECONDS_PER_HOUR + overlaps;
}
