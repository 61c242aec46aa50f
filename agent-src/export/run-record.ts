import { isoSeconds } from "../../contract/hours.ts";
import { LAST_RUN_KEY, LAST_SAMPLES_RUN_KEY, type DatasetHour } from "../../contract/object-keys.ts";
import type { RunHealth } from "./run-report.ts";
import { WRITER } from "./parquet-schema.ts";
import type { RunReport, RunSettings } from "./run-report.ts";
import type { Sink } from "./sink.ts";

/** How far a run has come. */
export type RunProgress =
  | { readonly state: "running" }
  /** Ended before an hour was tried: the error ended it. */
  | { readonly state: "failed"; readonly error: Error; readonly finishedAt: Date }
  | {
      readonly state: "finished" | "interrupted";
      readonly report: RunReport;
      readonly health: RunHealth;
      readonly finishedAt: Date;
    };

/** What `_status/last-run.json` holds. */
export function runRecord(settings: RunSettings, startedAt: Date, progress: RunProgress): object {
  return {
    state: progress.state,
    clusterArn: settings.clusterArn,
    datasets: settings.datasets.map((dataset) => dataset.name),
    from: isoSeconds(settings.window.from),
    until: isoSeconds(settings.window.until),
    startedAt: startedAt.toISOString(),
    ...progressText(progress),
    writer: WRITER,
  };
}

function progressText(progress: RunProgress): object {
  switch (progress.state) {
    case "running":
      return {};
    case "failed":
      return { finishedAt: progress.finishedAt.toISOString(), ...errorText(progress.error) };
    default:
      return { ...results(progress.report, progress.finishedAt), health: progress.health };
  }
}

/** Where the record of a run lies: the job of the samples would overwrite that of the hours otherwise. */
export function lastRunKey({ datasets }: RunSettings): string {
  return datasets.every(({ job }) => job === "samples") ? LAST_SAMPLES_RUN_KEY : LAST_RUN_KEY;
}

/**
 * Does what comes before the hours of a run. When it throws, the run's record says why.
 * @throws what `act` threw, also when the record cannot be written
 */
export async function recordingFailure<T>(
  settings: RunSettings,
  sink: Sink,
  now: () => Date,
  act: () => Promise<T>,
): Promise<T> {
  const startedAt = now();
  try {
    return await act();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const record = runRecord(settings, startedAt, { state: "failed", error, finishedAt: now() });
    // The error that ended the run is the one to be told.
    await putRecord(sink, lastRunKey(settings), record).catch(() => {});
    throw thrown;
  }
}

function results(report: RunReport, finishedAt: Date): object {
  const { outOfReach } = report.plan;
  const hours = report.finished.map(({ step }) => step.hour);
  return {
    finishedAt: finishedAt.toISOString(),
    finished: report.finished.length,
    rows: report.finished.reduce((sum, { outcome }) => sum + outcome.manifest.rows, 0),
    newestHour: hours.length === 0 ? null : isoSeconds(Math.max(...hours)),
    failed: report.failed.map(({ step, error }) => ({ ...stepText(step), ...errorText(error) })),
    remaining: report.remaining.length,
    ...(report.stoppedBy ? { stoppedBy: report.stoppedBy } : {}),
    ...(outOfReach
      ? {
          outOfReach: {
            ...outOfReach,
            from: isoSeconds(outOfReach.from),
            until: isoSeconds(outOfReach.until),
          },
        }
      : {}),
    postponedHours: report.plan.postponedHours,
  };
}

/** What `_status/failures/…` holds about a dataset-hour. */
export function failureRecord(clusterArn: string, step: DatasetHour, error: Error, at: Date): object {
  return { clusterArn, ...stepText(step), ...errorText(error), writer: WRITER, at: at.toISOString() };
}

function stepText(step: DatasetHour): object {
  return { dataset: step.dataset, hour: isoSeconds(step.hour) };
}

function errorText(error: Error): object {
  return { error: error.name, reason: error.message };
}

/** Writes a record, replacing the one before. */
export async function putRecord(sink: Sink, key: string, record: object): Promise<void> {
  await sink.put(key, new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`), "application/json");
}
