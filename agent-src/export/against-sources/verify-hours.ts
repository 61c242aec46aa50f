import type { Dataset } from "../../../contract/datasets/column.ts";
import { hoursBetween } from "../../../contract/hours.ts";
import type { Sources } from "../hourly.ts";
import type { QueryJobs } from "../promql.ts";
import type { Sink } from "../sink.ts";
import type { VerifyReport } from "../verify.ts";
import { checkAgainstSources } from "./check-hour.ts";
import type { HourProof } from "./proof.ts";

/** What verified files are held to. */
export interface AgainstSources {
  readonly sources: Sources;
  readonly jobs: QueryJobs;
  /** The cluster's id in OpenCost, where it knows several. */
  readonly openCostCluster?: string | undefined;
  readonly clusterArn: string;
  readonly datasets: readonly Dataset[];
  readonly signal: AbortSignal;
  /** Told, in a sentence, what Prometheus warned about. */
  readonly warn: (warning: string) => void;
}

/**
 * Holds the sound files of a report's window to the sources, hour by hour; what is missing or damaged is left out,
 * as the report tells of it already.
 * @throws what the sources and the sink throw
 */
export async function* verifyAgainstSources(
  report: VerifyReport,
  sink: Sink,
  against: AgainstSources,
): AsyncGenerator<HourProof> {
  const { sources, jobs, openCostCluster, clusterArn, signal, warn } = against;
  const unsound = new Set(report.findings.map(({ dataset, hour }) => `${dataset ?? ""}/${hour ?? ""}`));
  for (const hour of hoursBetween(report.window.from, report.window.until)) {
    const datasets = against.datasets.filter(({ name }) => !unsound.has(`${name}/${hour}`));
    const questions = { prometheus: sources.prometheus, jobs, hour, signal, warn };
    yield await checkAgainstSources({
      questions,
      openCost: sources.openCost,
      openCostCluster,
      sink,
      clusterArn,
      datasets,
    });
  }
}
