import { isoSeconds } from "../contract/hours.ts";
import type { DatasetHour } from "../contract/object-keys.ts";
import { checkSources, createOpeners, findOldestSample } from "../agent-src/export/hourly.ts";
import { describeWindow, type ExportPlan } from "../agent-src/export/plan.ts";
import { runExport } from "../agent-src/export/run.ts";
import type { RunEvent, RunReport } from "../agent-src/export/run-report.ts";
import { exitWith, EXIT } from "./exit-codes.ts";
import { describeOutOfReach, describePlan, describeRun, describeStep } from "./export-progress.ts";
import type { CheckedRun } from "./run-flags.ts";
import { listenForStop, type StopSignals } from "./signals.ts";
import type { Terminal } from "./terminal.ts";
import { readVitals } from "./vitals.ts";

// Kubernetes sends SIGKILL 30 seconds after SIGTERM: what is in hand gets most of that, its clean-up the rest.
const GRACE_MILLISECONDS = 22_000;

/** A function that prints a notice. */
export function noticePrinter(terminal: Terminal): (text: string) => void {
  return (text) => terminal.note(`${terminal.noteColor.yellow("notice:")} ${text}`);
}

/**
 * Exports hours until they are done, a signal or the deadline; prints the result and sets the exit code.
 * @throws what a run throws when nothing could be exported at all
 */
export async function runHours(
  settings: CheckedRun,
  terminal: Terminal,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  const startedAt = Date.now();
  const notice = noticePrinter(terminal);
  let retries = 0;
  const onRetry = (text: string): void => {
    retries += 1;
    notice(text);
  };
  const sources = { ...settings.sources, onRetry };
  const signals = listenForStop(GRACE_MILLISECONDS, (signal) =>
    terminal.note(`${signal}: finishing the hour in hand; once more to give it up`),
  );
  try {
    const report = await runExport(settings.run, {
      sink: settings.sink,
      openers: createOpeners(sources, settings.run.clusterArn, settings.sink),
      checkSources: (datasets) => checkSources(sources, datasets, signals.abort),
      reach: { oldestSample: () => findOldestSample(sources, signals.abort), onUnknown: notice },
      now: () => new Date(),
      clock: () => performance.now(),
      vitals: () => ({ ...readVitals(), retries }),
      stop: signals.stop,
      abort: signals.abort,
      onEvent,
    });
    terminal.settle();
    const text = describeRun(report, Date.now() - startedAt, settings.sink.url, terminal.color);
    terminal.result(reportJson(settings, report), text);
    exitWith(exitCodeOf(report, signals));
  } finally {
    signals.release();
  }
}

function exitCodeOf(report: RunReport, signals: StopSignals): number {
  const signalled = signals.exitCode();
  if (signalled !== undefined) return signalled;
  if (report.stoppedBy === "deadline") return EXIT.deadline;
  return report.failed.length > 0 ? EXIT.someFailed : EXIT.ok;
}

/** Prints what would be done. `last` says what was not. */
export function printPlan(settings: CheckedRun, plan: ExportPlan, terminal: Terminal, last: string): void {
  const lines = [
    `Window ${describeWindow(settings.run.window)}, sink ${settings.sink.url}`,
    describePlan(plan),
    ...(plan.outOfReach ? [describeOutOfReach(plan.outOfReach)] : []),
    ...plan.steps.map((step) => `  ${describeStep(step)}`),
    last,
  ];
  const json = {
    dryRun: true,
    ...windowJson(settings),
    steps: plan.steps.map(stepJson),
    committed: plan.committed,
    postponedHours: plan.postponedHours,
    ...outOfReachJson(plan),
  };
  terminal.result(json, lines.join("\n"));
}

function reportJson(settings: CheckedRun, report: RunReport): object {
  return {
    ...windowJson(settings),
    exported: report.finished.map(({ step, outcome }) => ({
      ...stepJson(step),
      how: outcome.how,
      rows: outcome.manifest.rows,
      bytes: outcome.manifest.object?.bytes ?? 0,
      revision: outcome.manifest.revision,
      warnings: outcome.manifest.warnings,
    })),
    failed: report.failed.map(({ step, error }) => ({
      ...stepJson(step),
      error: error.name,
      reason: error.message,
    })),
    remaining: report.remaining.map(stepJson),
    ...(report.stoppedBy ? { stoppedBy: report.stoppedBy } : {}),
    committedBefore: report.plan.committed,
    postponedHours: report.plan.postponedHours,
    ...outOfReachJson(report.plan),
  };
}

function outOfReachJson({ outOfReach }: ExportPlan): object {
  if (!outOfReach) return {};
  const { hours, from, until } = outOfReach;
  return { outOfReach: { hours, from: isoSeconds(from), until: isoSeconds(until) } };
}

function windowJson(settings: CheckedRun): object {
  const { clusterArn, window } = settings.run;
  return {
    clusterArn,
    sink: settings.sink.url,
    from: isoSeconds(window.from),
    until: isoSeconds(window.until),
  };
}

function stepJson({ dataset, hour }: DatasetHour): object {
  return { dataset, hour: isoSeconds(hour) };
}
