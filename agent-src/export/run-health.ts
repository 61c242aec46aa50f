import { isoSeconds, SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { DatasetHealth, RunHealth, RunReport, RunSettings, RunVitals } from "./run-report.ts";

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
