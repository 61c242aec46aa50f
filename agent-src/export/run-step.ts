import { failureKey, type DatasetHour } from "../../contract/object-keys.ts";
import { commitHour, type HourJob } from "./commit.ts";
import type { ReplacedManifest } from "./ledger.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { failureRecord, putRecord } from "./run-record.ts";
import type { RunParts, RunSettings } from "./run-report.ts";
import type { Sink } from "./sink.ts";
import { Stopwatch, type Spent } from "./stopwatch.ts";
import type { HourOutcome } from "./store-manifest.ts";
import { checkHour } from "./verify-hour.ts";

/** How a dataset-hour ended, and where its time went. */
export type StepResult = { readonly step: DatasetHour; readonly spent: Spent } & (
  | { readonly kind: "finished"; readonly outcome: HourOutcome }
  | { readonly kind: "failed"; readonly error: Error }
  | { readonly kind: "given up" }
);

/** undefined for a dataset that the run is not about. */
export function subjectOf(
  settings: RunSettings,
  { dataset: name, hour }: DatasetHour,
): FileSubject | undefined {
  const dataset = settings.datasets.find((each) => each.name === name);
  return dataset && { dataset, clusterArn: settings.clusterArn, hour };
}

/**
 * Exports one dataset-hour on its own: what goes wrong is recorded in the sink and is a value, never thrown.
 * `unreachable` is why its source need not be asked.
 */
export async function runStep(
  settings: RunSettings,
  parts: RunParts,
  step: DatasetHour,
  unreachable: Error | undefined,
): Promise<StepResult> {
  const { now, abort, onEvent } = parts;
  const watch = new Stopwatch(parts.clock ?? (() => now().getTime()));
  const startedAt = now().getTime();
  onEvent({ kind: "started", step });
  try {
    if (unreachable) throw unreachable;
    const outcome = await commitHour(await jobOf(settings, parts, step, watch));
    onEvent({ kind: "finished", step, outcome, milliseconds: now().getTime() - startedAt });
    return { kind: "finished", step, outcome, spent: watch.spent() };
  } catch (thrown) {
    const spent = watch.spent();
    if (abort.aborted) return { kind: "given up", step, spent };
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    onEvent({ kind: "failed", step, error, milliseconds: now().getTime() - startedAt });
    await recordOrNotice(parts, failureKey(step), failureRecord(settings.clusterArn, step, error, now()));
    return { kind: "failed", step, error, spent };
  }
}

async function jobOf(
  settings: RunSettings,
  { sink, openers, abort: signal, now }: RunParts,
  step: DatasetHour,
  watch: Stopwatch,
): Promise<HourJob> {
  const subject = subjectOf(settings, step);
  const open = openers[step.dataset];
  if (!subject || !open) throw new Error(`No source is known for the dataset "${step.dataset}"`);
  // Looked at once more: another run may have repaired or restated it since the plan was made.
  const replaces = await findReplaced(settings, sink, subject);
  const { simulated } = settings;
  return {
    subject,
    open,
    sink,
    signal,
    now,
    watch,
    ...(replaces ? { replaces } : {}),
    ...(simulated === undefined ? {} : { simulated }),
  };
}

/** The manifest that a repair or a restatement is to replace; undefined when there is none, or none to be replaced. */
async function findReplaced(
  settings: RunSettings,
  sink: Sink,
  subject: FileSubject,
): Promise<ReplacedManifest | undefined> {
  const { repair, restate } = settings;
  if (!repair && !restate) return undefined;
  const { stored, findings } = await checkHour(sink, subject);
  const isSound = findings.length === 0;
  if (!stored || (isSound && !restate)) return undefined;
  // What is made from a committed file follows it, also down: that one was asked not to shrink.
  const isDerived = subject.dataset.derivedFrom !== undefined;
  return { ...stored, isSound, mayShrink: isDerived || (restate?.allowShrink ?? false) };
}

/** The work is done by then, so a record that cannot be written must not undo its report. */
export async function recordOrNotice(parts: RunParts, key: string, record: object): Promise<void> {
  try {
    await putRecord(parts.sink, key, record);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.onEvent({ kind: "notice", text: `the record "${key}" could not be written: ${reason}` });
  }
}
