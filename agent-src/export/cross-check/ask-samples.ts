import type { CrossCheckQuery } from "../../../contract/datasets/cross-check-queries.ts";
import { SECONDS_PER_HOUR, type Hour } from "../../../contract/hours.ts";
import type { InstantSample } from "../../adapters/prometheus/sample.ts";
import { evaluationTime, renderPromql, type QueryJobs } from "../promql.ts";
import type { InstantSource } from "../queries.ts";

/** What the questions about an hour share. */
export interface HourQuestions {
  readonly prometheus: InstantSource;
  readonly jobs: QueryJobs;
  readonly hour: Hour;
  readonly signal: AbortSignal;
  /** Told, in a sentence, what Prometheus warned about. */
  readonly warn: (warning: string) => void;
}

/**
 * All samples that answer one query; `id` is how messages name it.
 * @throws what the source throws: TransientError, ConfigError
 */
export async function askSamples(
  { prometheus, jobs, hour, signal, warn }: HourQuestions,
  id: string,
  { promql, at }: CrossCheckQuery,
): Promise<InstantSample[]> {
  const time = at === "end" ? hour + SECONDS_PER_HOUR : evaluationTime(hour);
  const query = { id, promql: renderPromql(promql, jobs) };
  const samples: InstantSample[] = [];
  for await (const sample of prometheus.instant(query, time, signal, warn)) samples.push(sample);
  return samples;
}
