import pMap from "p-map";
import { LAST_RUN_KEY, failureKey, parseManifestKey, type DatasetHour } from "../../contract/object-keys.ts";
import { commitHour } from "./commit.ts";
import type { OpenHour } from "./hour-source.ts";
import { listFailures, listManifests } from "./ledger.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { planExport, type ExportPlan } from "./plan.ts";
import { failureRecord, putRecord, runRecord } from "./run-record.ts";
import type { RunEvent, RunReport, RunSettings, StepFailure } from "./run-report.ts";
import type { Sink } from "./sink.ts";
import type { HourOutcome } from "./store-manifest.ts";
import { findUnsound } from "./verify-hour.ts";

/** What a run works with. */
export interface RunParts {
  readonly sink: Sink;
  /** How to open each dataset, by name. */
  readonly openers: Readonly<Record<string, OpenHour>>;
  /**
   * Asked once before the first dataset-hour about the datasets that are planned; tells which of them cannot be
   * exported, and why. What it throws ends the run.
   */
  readonly checkSources: (datasets: readonly string[]) => Promise<ReadonlyMap<string, Error>>;
  readonly now: () => Date;
  /** No further dataset-hour is started; the one in hand is finished. */
  readonly stop: AbortSignal;
  /** The one in hand is given up, too. */
  readonly abort: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * What a run of these settings would do. A repair reads every committed object of the window.
 * @throws what the sink threw
 */
export async function planRun(settings: RunSettings, sink: Sink): Promise<ExportPlan> {
  const { window, datasets, maxHours } = settings;
  const names = datasets.map((dataset) => dataset.name);
  const committed = await listManifests(sink, window);
  const kept = settings.repair ? await withoutUnsound(settings, sink, committed) : committed;
  return planExport(window, names, kept, maxHours, await listFailures(sink, window));
}

async function withoutUnsound(
  settings: RunSettings,
  sink: Sink,
  committed: ReadonlySet<string>,
): Promise<Set<string>> {
  const { from, until } = settings.window;
  const kept = new Set(committed);
  // Four at a time bounds what is held in memory to four files.
  await pMap(
    committed,
    async (key) => {
      const step = parseManifestKey(key);
      const subject = step && subjectOf(settings, step);
      if (!subject || subject.hour < from || subject.hour >= until) return;
      if (await findUnsound(sink, subject)) kept.delete(key);
    },
    { concurrency: 4 },
  );
  return kept;
}

/** undefined for a dataset that the run is not about. */
function subjectOf(settings: RunSettings, { dataset: name, hour }: DatasetHour): FileSubject | undefined {
  const dataset = settings.datasets.find((each) => each.name === name);
  return dataset && { dataset, clusterArn: settings.clusterArn, hour };
}

/**
 * Exports the missing hours: plan, then each dataset-hour on its own, then a record of the run. A dataset-hour that
 * fails is recorded in the sink and the others go on.
 * @throws what the sink threw when it cannot be listed or written at all: nothing was exported then
 */
export async function runExport(settings: RunSettings, parts: RunParts): Promise<RunReport> {
  const startedAt = parts.now();
  const plan = await planRun(settings, parts.sink);
  parts.onEvent({ kind: "planned", plan });
  let unreachable: ReadonlyMap<string, Error> = new Map();
  if (plan.steps.length > 0) {
    unreachable = await askSources(parts, plan);
    // Also finds out, before an hour is asked for, whether the sink can be written.
    await putRecord(parts.sink, LAST_RUN_KEY, runRecord(settings, startedAt, { state: "running" }));
  }

  const report = await runSteps(settings, parts, plan, unreachable);

  const state = report.remaining.length > 0 ? "interrupted" : "finished";
  const record = runRecord(settings, startedAt, { state, report, finishedAt: parts.now() });
  await recordOrNotice(parts, LAST_RUN_KEY, record);
  return report;
}

/**
 * Which planned datasets have a source that does not answer: their hours fail without being tried, the others go on.
 * @throws the reason when that is all of them
 */
async function askSources(parts: RunParts, plan: ExportPlan): Promise<ReadonlyMap<string, Error>> {
  const names = [...new Set(plan.steps.map(({ dataset }) => dataset))];
  const unreachable = await parts.checkSources(names);
  const [reason] = unreachable.values();
  if (reason && names.every((name) => unreachable.has(name))) throw reason;
  return unreachable;
}

async function runSteps(
  settings: RunSettings,
  parts: RunParts,
  plan: ExportPlan,
  unreachable: ReadonlyMap<string, Error>,
): Promise<RunReport> {
  const finished: { step: DatasetHour; outcome: HourOutcome }[] = [];
  const failed: StepFailure[] = [];
  const remaining: DatasetHour[] = [];
  for (const step of plan.steps) {
    if (parts.stop.aborted || parts.abort.aborted) {
      remaining.push(step);
      continue;
    }
    const result = await runStep(settings, parts, step, unreachable.get(step.dataset));
    if (result.kind === "finished") finished.push({ step, outcome: result.outcome });
    else if (result.kind === "given up") remaining.push(step);
    else failed.push({ step, error: result.error });
  }
  return { plan, finished, failed, remaining };
}

type StepResult =
  | { readonly kind: "finished"; readonly outcome: HourOutcome }
  | { readonly kind: "failed"; readonly error: Error }
  | { readonly kind: "given up" };

async function runStep(
  settings: RunSettings,
  parts: RunParts,
  step: DatasetHour,
  unreachable: Error | undefined,
): Promise<StepResult> {
  const { sink, now, abort: signal, onEvent } = parts;
  const startedAt = now().getTime();
  onEvent({ kind: "started", step });
  try {
    if (unreachable) throw unreachable;
    const subject = subjectOf(settings, step);
    const open = parts.openers[step.dataset];
    if (!subject || !open) throw new Error(`No source is known for the dataset "${step.dataset}"`);
    const { simulated } = settings;
    // Looked at once more: another run may have repaired it since the plan was made.
    const replaces = settings.repair ? await findUnsound(sink, subject) : undefined;
    const outcome = await commitHour({
      subject,
      open,
      sink,
      signal,
      now,
      ...(replaces ? { replaces } : {}),
      ...(simulated === undefined ? {} : { simulated }),
    });
    onEvent({ kind: "finished", step, outcome, milliseconds: now().getTime() - startedAt });
    return { kind: "finished", outcome };
  } catch (thrown) {
    if (signal.aborted) return { kind: "given up" };
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    onEvent({ kind: "failed", step, error, milliseconds: now().getTime() - startedAt });
    const record = failureRecord(settings.clusterArn, step, error, now());
    await recordOrNotice(parts, failureKey(step), record);
    return { kind: "failed", error };
  }
}

/** The work is done by then, so a record that cannot be written must not undo its report. */
async function recordOrNotice(parts: RunParts, key: string, record: object): Promise<void> {
  try {
    await putRecord(parts.sink, key, record);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.onEvent({ kind: "notice", text: `the record "${key}" could not be written: ${reason}` });
  }
}
