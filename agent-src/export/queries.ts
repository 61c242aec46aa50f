import type { PrometheusQuery } from "../../contract/datasets/column.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { LabelRequest } from "../adapters/prometheus/label-values.ts";
import type { InstantSample, Labels, SampleSeries } from "../adapters/prometheus/sample.ts";
import type { LabelMatcher } from "./label-matcher.ts";
import { evaluationTime, renderPromql, type QueryJobs } from "./promql.ts";
import { askInQuarters } from "./sample-quarters.ts";
import { splitLabels } from "./split-labels.ts";
import { askInParts, type PartedQuery } from "./split-parts.ts";

/** What asking for an instant vector needs; the Prometheus adapter has it. */
export interface InstantSource {
  instant(
    query: { readonly id: string; readonly promql: string },
    timeSeconds: number,
    signal: AbortSignal,
    warn: (warning: string) => void,
  ): AsyncIterable<InstantSample>;
}

/** What an answer in parts needs besides: values of labels. What lacks it is asked for the whole only. */
export interface LabelSource {
  labelValues?(label: string, request: LabelRequest, signal: AbortSignal): Promise<readonly string[]>;
}

/** Asks for raw samples; the Prometheus adapter has it. */
export interface RawSource {
  samples(
    query: { readonly id: string; readonly promql: string },
    timeSeconds: number,
    signal: AbortSignal,
    warn: (warning: string) => void,
  ): AsyncIterable<SampleSeries>;
}

/** Asks one query of the dictionary for an hour. */
export type AskQuery = (query: PrometheusQuery) => AsyncIterable<InstantSample>;

/** Binds what all queries of one dataset-hour share. What is too much for the source at once is asked in parts. */
export function askFor(
  prometheus: InstantSource & LabelSource,
  jobs: QueryJobs,
  hour: Hour,
  signal: AbortSignal,
  warn: (warning: string) => void,
): AskQuery {
  return ({ id, promql }) =>
    askInParts({
      ...partsOf(prometheus, { id, promql }, jobs, hour, signal, warn),
      ask: (matchers) =>
        prometheus.instant(
          { id, promql: renderPromql(promql, jobs, matchers) },
          evaluationTime(hour),
          signal,
          warn,
        ),
    });
}

/** Asks for the raw samples of an hour, of the series to which the matchers apply. */
export type AskSamples = (
  query: PrometheusQuery,
  matchers?: readonly LabelMatcher[],
) => AsyncIterable<SampleSeries>;

/** The same for raw samples, which come by quarters of the hour where no label divides them enough. */
export function askSamplesFor(
  prometheus: RawSource & LabelSource,
  jobs: QueryJobs,
  hour: Hour,
  signal: AbortSignal,
  warn: (warning: string) => void,
): AskSamples {
  return ({ id, promql }, own = []) => {
    const time = evaluationTime(hour);
    const render = (matchers: readonly LabelMatcher[]): string =>
      renderPromql(promql, jobs, [...own, ...matchers]);
    const ask = (text: string, at: number): AsyncIterable<SampleSeries> =>
      prometheus.samples({ id, promql: text }, at, signal, warn);
    return askInParts({
      ...partsOf(prometheus, { id, promql }, jobs, hour, signal, warn),
      ask: (matchers) => ask(render(matchers), time),
      lastResort: (matchers) => askInQuarters(render(matchers), time, ask),
    });
  };
}

/** What both kinds of questions share when they are asked in parts. */
function partsOf(
  source: LabelSource,
  query: { readonly id: string; readonly promql: string },
  jobs: QueryJobs,
  hour: Hour,
  signal: AbortSignal,
  warn: (warning: string) => void,
): Pick<PartedQuery<never>, "labels" | "labelValues" | "onSplit"> {
  const request = { startSeconds: hour, endSeconds: hour + SECONDS_PER_HOUR, matchers: jobs.matchers ?? [] };
  return {
    labels: source.labelValues ? splitLabels(query.promql) : [],
    labelValues: async (label) => (await source.labelValues?.(label, request, signal)) ?? [],
    onSplit: (parts, labels) =>
      warn(
        `query "${query.id}": asked in ${parts} parts by ${labels.join(", ")}, as it was too much at once`,
      ),
  };
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
