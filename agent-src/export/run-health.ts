import { isoSeconds, SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { RunReport, RunSettings, RunVitals } from "./run-report.ts";

/** What a run did with a dataset, and how far behind it is now. */
export interface DatasetHealth {
  /** Dataset-hours that were committed, and that failed. */
  readonly finished: number;
  readonly failed: number;
  /** Of the hours that were committed. */
  readonly rows: number;
  readonly bytes: number;
  readonly warnings: number;
  /** Requests to the sources that were answered for these hours. */
  readonly queries: number;
  /** Where the time of all its dataset-hours went, failed ones included. */
  readonly milliseconds: { readonly sources: number; readonly encoding: number; readonly sink: number };
  /** The newest hour of the window that is committed; null when none is. */
  readonly newestHour: string | null;
  /** From the end of that hour until now; null when there is none. */
  readonly lagSeconds: number | null;
}

/** The health of a run: `_status/last-run.json` and a line of the log tell it. docs/status.md says each field. */
export interface RunHealth {
  readonly datasets: Readonly<Record<string, DatasetHealth>>;
  readonly peakRssBytes?: number;
  readonly retries?: number;
}

/** Adds up a run. `now`: milliseconds since 1970. */
export function runHealth(
  settings: RunSettings,
  report: RunReport,
  vitals: RunVitals,
  now: number,
): RunHealth {
  const datasets = settings.datasets.map(({ name }) => [name, datasetHealth(name, report, now)] as const);
  return { datasets: Object.fromEntries(datasets), ...vitals };
}

function datasetHealth(name: string, report: RunReport, now: number): DatasetHealth {
  const finished = report.finished.filter(({ step }) => step.dataset === name);
  const failed = report.failed.filter(({ step }) => step.dataset === name);
  const manifests = finished.map(({ outcome }) => outcome.manifest);
  const spent = [...finished, ...failed].map((result) => result.spent);
  const newest = newestOf([report.plan.newest[name], ...finished.map(({ step }) => step.hour)]);
  return {
    finished: finished.length,
    failed: failed.length,
    rows: sum(manifests.map(({ rows }) => rows)),
    bytes: sum(manifests.map(({ object }) => object?.bytes ?? 0)),
    warnings: sum(manifests.map(({ warnings }) => warnings.length)),
    queries: sum(manifests.map(({ queries }) => queries.answered)),
    milliseconds: {
      sources: Math.round(sum(spent.map(({ sources }) => sources))),
      encoding: Math.round(sum(spent.map(({ encoding }) => encoding))),
      sink: Math.round(sum(spent.map(({ sink }) => sink))),
    },
    newestHour: newest === undefined ? null : isoSeconds(newest),
    lagSeconds: newest === undefined ? null : Math.round(now / 1000) - newest - SECONDS_PER_HOUR,
  };
}

function newestOf(hours: readonly (Hour | undefined)[]): Hour | undefined {
  const known = hours.filter((hour) => hour !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => Math.max(a, b));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
