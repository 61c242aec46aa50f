import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";

/** Which scrape jobs the dictionary's queries read. Values are regular expressions of the `job` label. */
export interface QueryJobs {
  readonly kubeStateMetricsJob: string;
  /** @default any job */
  readonly cadvisorJob?: string;
}

/** A label matcher in PromQL: `job=~"kube-state-metrics"`. */
export function jobMatcher(regex: string): string {
  // PromQL's double-quoted strings have Go's escapes, of which JSON's are a part.
  return `job=~${JSON.stringify(regex)}`;
}

/**
 * Fills a dictionary query's placeholders with matchers. `$ksm` always names its job, because OpenCost re-emits the
 * names of kube-state-metrics; `$cadvisor` leaves out the cgroups that are not containers.
 */
export function renderPromql(template: string, jobs: QueryJobs): string {
  const containers = 'container!="", container!="POD"';
  const cadvisor =
    jobs.cadvisorJob === undefined ? containers : `${containers}, ${jobMatcher(jobs.cadvisorJob)}`;
  // Functions, so that "$&" in a job's regex is not taken for a replacement pattern.
  return template
    .replaceAll("$cadvisor", () => cadvisor)
    .replaceAll("$ksm", () => jobMatcher(jobs.kubeStateMetricsJob));
}

/**
 * When to evaluate an hour's `[1h]` queries: one millisecond before the hour's end, in seconds. At the end itself
 * Prometheus 2 (closed ranges) would count the next hour's first sample; Prometheus 3 is left-open and would lose ours.
 */
export function evaluationTime(hour: Hour): number {
  return hour + SECONDS_PER_HOUR - 0.001;
}
