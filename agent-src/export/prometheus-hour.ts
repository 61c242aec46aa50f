import type { Dataset, Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { OpenHour } from "./hour-source.ts";
import type { QueryJobs } from "./promql.ts";
import { askFor, counting, givingUpRest, type AskQuery, type InstantSource } from "./queries.ts";

/** What a dataset that comes from Prometheus alone is made from. */
export interface PrometheusDeps {
  readonly prometheus: InstantSource;
  /** Versions of what answers, by source; asked once per hour. */
  readonly versions: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  readonly jobs: QueryJobs;
  readonly clusterArn: string;
}

/** One hour while it is read. */
export interface PrometheusHour {
  readonly hour: Hour;
  readonly signal: AbortSignal;
  /** Asks a query of the dataset for the hour, and counts it once it was answered to its end. */
  readonly ask: AskQuery;
  /** Takes what the manifest should tell. */
  readonly warnings: string[];
}

/** Opens a dataset whose rows `read` makes of the answers to its queries; what is still asked when it ends is given up. */
export function openPrometheusHour(
  dataset: Dataset,
  deps: PrometheusDeps,
  read: (hour: PrometheusHour) => AsyncGenerator<Row, void, undefined>,
): OpenHour<Row> {
  return (hour, signal) => {
    const warnings: string[] = [];
    let sources: Readonly<Record<string, string>> = {};
    let answered = 0;
    async function* rows(inner: AbortSignal): AsyncGenerator<Row, void, undefined> {
      sources = await deps.versions(inner);
      const asked = askFor(deps.prometheus, deps.jobs, hour, inner, (warning) => warnings.push(warning));
      yield* read({ hour, signal: inner, ask: counting(asked, () => answered++), warnings });
    }
    return {
      rows: givingUpRest(signal, rows),
      summary: () => ({ queries: { expected: dataset.queries.length, answered }, sources, warnings }),
    };
  };
}
