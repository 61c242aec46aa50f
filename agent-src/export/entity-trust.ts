import type { Dataset } from "../../contract/datasets/column.ts";
import { PRESENCE } from "../../contract/datasets/query-forms.ts";
import { isoSeconds, type Hour } from "../../contract/hours.ts";
import type { EntityAnswers } from "./entity-answers.ts";
import { UntrustedAnswerError } from "./errors.ts";
import { jobMatcher, type QueryJobs } from "./promql.ts";

/** Below this, nothing was reported for most of the hour: it is Prometheus or kube-state-metrics that was not there. */
const LEAST_PRESENT_SECONDS = 3000;

/**
 * Refuses an hour about which Prometheus knows nothing: an hour without kube-state-metrics, or without a target, is not
 * an hour without objects.
 * @throws UntrustedAnswerError naming the matcher and what to do
 */
export function checkPresence(dataset: Dataset, answers: EntityAnswers, hour: Hour, jobs: QueryJobs): void {
  const asksForPresence = dataset.queries.includes(PRESENCE);
  if (asksForPresence ? answers.presentSeconds !== undefined : answers.table.entities().length > 0) return;
  const advice = "check that Prometheus still has data for that hour";
  throw new UntrustedAnswerError(
    asksForPresence
      ? `Prometheus has no series "${PRESENCE.metrics.join('", "')}" with ${jobMatcher(jobs.kubeStateMetricsJob)} in the hour ${isoSeconds(hour)}; name kube-state-metrics' job with --kube-state-metrics-job, and ${advice}`
      : `Prometheus has no series "${dataset.queries[0]?.metrics.join('", "')}" in the hour ${isoSeconds(hour)}; ${advice}`,
  );
}

/** What a reader of an hour's rows should know. */
export function entityWarnings(dataset: Dataset, answers: EntityAnswers): string[] {
  const warnings: string[] = [];
  const { presentSeconds, series, table } = answers;
  if (presentSeconds !== undefined && presentSeconds < LEAST_PRESENT_SECONDS) {
    warnings.push(
      `kube-state-metrics was there for ${presentSeconds / 60} of the hour's 60 minutes: Prometheus or kube-state-metrics was down, not yet installed, or has deleted the rest`,
    );
  }
  if (answers.copies > 1) {
    warnings.push(
      `the same pods are reported ${answers.copies} times: two kube-state-metrics are scraped, or one by two jobs. Each pod is one row here, but OpenCost adds requests up and may show a negative idle cost; leave one, or name its job with --kube-state-metrics-job`,
    );
  }
  for (const query of dataset.queries) {
    if (series.get(query.id) !== 0 || query.mayBeEmpty) continue;
    warnings.push(`"${query.metrics.join('", "')}" has no series in the hour${effectOf(dataset, query.id)}`);
  }
  for (const [queryId, count] of table.strays) {
    const query = dataset.queries.find(({ id }) => id === queryId);
    if (query?.decorates) continue;
    warnings.push(
      `${count} series of query "${queryId}" name no ${dataset.key.join(", ")} and were left out`,
    );
  }
  return warnings;
}

function effectOf(dataset: Dataset, queryId: string): string {
  const columns = dataset.columns
    .filter(({ source }) => source.from === "prometheus" && source.query === queryId)
    .map(({ name }) => name);
  if (columns.length === 0) return "";
  return `: ${columns.join(", ")} ${columns.length > 1 ? "are" : "is"} null`;
}
