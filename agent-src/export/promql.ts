import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import { formatMatcher, type LabelMatcher } from "./label-matcher.ts";

/** Which series the dictionary's queries read. Jobs are regular expressions of the `job` label. */
export interface QueryJobs {
  readonly kubeStateMetricsJob: string;
  /** @default any job */
  readonly cadvisorJob?: string;
  /** Conditions on every series that is read, because a shared store holds many clusters. @default none */
  readonly matchers?: readonly LabelMatcher[];
}

/** A label matcher in PromQL: `job=~"kube-state-metrics"`. */
export function jobMatcher(regex: string): string {
  return formatMatcher({ label: "job", op: "=~", value: regex });
}

/**
 * Fills a dictionary query's placeholders with matchers; every selector has one of them. `$ksm` always names its job,
 * because OpenCost re-emits the names of kube-state-metrics; `$cadvisor` leaves out the cgroups that are not containers;
 * `$all` takes any job's series. Each of them carries the matchers of `jobs` and those that are given here.
 */
export function renderPromql(
  template: string,
  jobs: QueryJobs,
  matchers: readonly LabelMatcher[] = [],
): string {
  const shared = [...(jobs.matchers ?? []), ...matchers].map(formatMatcher);
  const ksm = [jobMatcher(jobs.kubeStateMetricsJob), ...shared];
  const containers = ['container!=""', 'container!="POD"'];
  const cadvisor = [
    ...containers,
    ...(jobs.cadvisorJob === undefined ? [] : [jobMatcher(jobs.cadvisorJob)]),
    ...shared,
  ];
  const filled = shared.length > 0 ? template : withoutAll(template);
  const values: Readonly<Record<string, readonly string[]>> = {
    $ksm: ksm,
    $cadvisor: cadvisor,
    $all: shared,
  };
  // In one pass, so that a "$ksm" in somebody's matcher stays what it is.
  return filled.replaceAll(/\$(?:ksm|cadvisor|all)\b/g, (name) => (values[name] ?? []).join(", "));
}

/** `up{$all}` as `up`, `up{$all, a="b"}` as `up{a="b"}`: PromQL has no empty matcher. */
function withoutAll(template: string): string {
  return template.replaceAll("{$all}", "").replaceAll("{$all, ", "{");
}

/**
 * When to evaluate an hour's `[1h]` queries: one millisecond before the hour's end, in seconds. At the end itself
 * Prometheus 2 (closed ranges) would count the next hour's first sample; Prometheus 3 is left-open and would lose ours.
 */
export function evaluationTime(hour: Hour): number {
  return hour + SECONDS_PER_HOUR - 0.001;
}
