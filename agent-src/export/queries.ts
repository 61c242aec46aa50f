import type { PrometheusQuery } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { InstantSample, Labels } from "../adapters/prometheus/sample.ts";
import { evaluationTime, renderPromql, type QueryJobs } from "./promql.ts";

/** What asking for an instant vector needs; the Prometheus adapter has it. */
export interface InstantSource {
  instant(
    query: { readonly id: string; readonly promql: string },
    timeSeconds: number,
    signal: AbortSignal,
    warn: (warning: string) => void,
  ): AsyncIterable<InstantSample>;
}

/** Asks one query of the dictionary for an hour. */
export type AskQuery = (query: PrometheusQuery) => AsyncIterable<InstantSample>;

/** Binds what all queries of one dataset-hour share. */
export function askFor(
  prometheus: InstantSource,
  jobs: QueryJobs,
  hour: Hour,
  signal: AbortSignal,
  warn: (warning: string) => void,
): AskQuery {
  return (query) =>
    prometheus.instant(
      { id: query.id, promql: renderPromql(query.promql, jobs) },
      evaluationTime(hour),
      signal,
      warn,
    );
}

/** The same, telling of each query that was answered to its end. */
export function counting(ask: AskQuery, answered: () => void): AskQuery {
  return async function* (query) {
    yield* ask(query);
    answered();
  };
}

/** The query called `id`. @throws Error when the dataset has none: the dictionary and the builder disagree */
export function queryById(queries: readonly PrometheusQuery[], id: string): PrometheusQuery {
  const query = queries.find((candidate) => candidate.id === id);
  if (!query) throw new Error(`the dataset has no query "${id}"`);
  return query;
}

/** A label's value; "" where the series does not have it, as in PromQL. */
export function label(labels: Labels, name: string): string {
  return labels[name] ?? "";
}

/** Reads what `open` gives and, once that ended in whatever way, gives up the requests that are still under way. */
export async function* givingUpRest<T>(
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const ended = new AbortController();
  try {
    yield* open(AbortSignal.any([signal, ended.signal]));
  } finally {
    ended.abort();
  }
}
