import pMap from "p-map";
import { hoursBetween, isoSeconds } from "../../contract/hours.ts";
import { failureKey, manifestKey, parseManifestKey, type DatasetHour } from "../../contract/object-keys.ts";
import { listFailures, listManifests, readFailureTimes } from "./ledger.ts";
import { planExport, type ExportPlan } from "./plan.ts";
import { findReach, type SourceReach } from "./reach.ts";
import { rollForward } from "./roll-forward.ts";
import { runHealth } from "./run-health.ts";
import { lastRunKey, putRecord, recordingFailure, runRecord } from "./run-record.ts";
import type { RunParts, RunReport, RunSettings } from "./run-report.ts";
import { recordOrNotice, runStep, subjectOf, type StepResult } from "./run-step.ts";
import type { Sink } from "./sink.ts";
import { findUnsound } from "./verify-hour.ts";

/**
 * What a run of these settings would do. A repair reads every committed object of the window; a restatement takes
 * every dataset-hour for missing. With `reach`, hours that the source no longer has are left out, and told.
 * @throws what the sink threw
 */
export async function planRun(settings: RunSettings, sink: Sink, reach?: SourceReach): Promise<ExportPlan> {
  const { window, datasets, maxHours, restate, repair } = settings;
  const names = datasets.map((dataset) => dataset.name);
  const committed = await listManifests(sink, window);
  const sound = repair ? await withoutUnsound(settings, sink, committed) : committed;
  const kept = restate ? new Set<string>() : sound;
  function needsNoSource({ dataset, hour }: DatasetHour): boolean {
    const origin = originOf(settings, dataset);
    return origin !== undefined && sound.has(manifestKey({ dataset: origin, hour }));
  }

  const failures = await listFailures(sink, window);
  const tried = new Map([...failures].map((key) => [key, 0]));
  let plan = planExport(window, names, kept, maxHours, { tried, needsNoSource });
  const isAsked = datasets.some(({ derivedFrom }) => derivedFrom === undefined);
  const reachableFrom = isAsked ? await findReach(plan, reach, repair) : undefined;
  const facts = { needsNoSource, ...(reachableFrom === undefined ? {} : { reachableFrom }) };
  plan = planExport(window, names, kept, maxHours, { ...facts, tried });
  // The records are read only where their order decides what is left to later runs.
  if (plan.postponedHours === 0 || failures.size === 0) return plan;
  const waiting = hoursBetween(Math.max(window.from, reachableFrom ?? window.from), window.until)
    .flatMap((hour) => names.map((dataset) => ({ dataset, hour })))
    .filter((step) => failures.has(failureKey(step)) && !kept.has(manifestKey(step)));
  for (const [key, time] of await readFailureTimes(sink, waiting.map(failureKey))) tried.set(key, time);
  return planExport(window, names, kept, maxHours, { ...facts, tried });
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
  // Made from a file that is about to be replaced.
  for (const key of committed) {
    const step = parseManifestKey(key);
    const origin = step && originOf(settings, step.dataset);
    if (!step || origin === undefined) continue;
    const originKey = manifestKey({ ...step, dataset: origin });
    if (committed.has(originKey) && !kept.has(originKey)) kept.delete(key);
  }
  return kept;
}

/**
 * Exports the missing hours: plan, then each dataset-hour on its own, then a record of the run. A dataset-hour that
 * fails is recorded in the sink and the others go on.
 * @throws what the sink threw when it cannot be listed or written at all: nothing was exported then
 */
export async function runExport(settings: RunSettings, parts: RunParts): Promise<RunReport> {
  const startedAt = parts.now();
  const plan = await planAndRollForward(settings, parts);
  parts.onEvent({ kind: "planned", plan });
  let unreachable: ReadonlyMap<string, Error> = new Map();
  if (plan.steps.length > 0) {
    unreachable = await recordingFailure(settings, parts.sink, parts.now, () =>
      askSources(settings, parts, plan),
    );
    // Also finds out, before an hour is asked for, whether the sink can be written.
    await putRecord(parts.sink, lastRunKey(settings), runRecord(settings, startedAt, { state: "running" }));
  }

  const report = await runSteps(settings, parts, plan, unreachable);

  const state = report.remaining.length > 0 ? "interrupted" : "finished";
  const finishedAt = parts.now();
  const health = runHealth(settings, report, parts.vitals?.() ?? {}, finishedAt.getTime());
  const record = runRecord(settings, startedAt, { state, report, health, finishedAt });
  await recordOrNotice(parts, lastRunKey(settings), record);
  parts.onEvent({ kind: "ended", health });
  return report;
}

/** The plan; a repair first commits whole files of hours that no source has any more. */
async function planAndRollForward(settings: RunSettings, parts: RunParts): Promise<ExportPlan> {
  const { sink, reach } = parts;
  const plan = await planRun(settings, sink, reach);
  if (!settings.repair || !plan.outOfReach) return plan;
  const done = await rollForward(settings, sink, plan.outOfReach, parts.now());
  if (done.length === 0) return plan;
  const names = done.map(({ dataset, hour }) => `${dataset} of ${isoSeconds(hour)}`).join(", ");
  parts.onEvent({ kind: "notice", text: `committed as their files are, without a source: ${names}` });
  return planRun(settings, sink, reach);
}

/**
 * Which planned datasets have a source that does not answer: their hours fail without being tried, the others go on.
 * @throws the reason when that is all of them
 */
async function askSources(
  settings: RunSettings,
  parts: RunParts,
  plan: ExportPlan,
): Promise<ReadonlyMap<string, Error>> {
  const unreachable = await parts.checkSources([...new Set(plan.steps.map(({ dataset }) => dataset))]);
  const [reason] = unreachable.values();
  const planned = new Set(plan.steps.map(manifestKey));
  // What is made from an hour that cannot be exported cannot be made either.
  function isStuck({ dataset, hour }: DatasetHour): boolean {
    if (unreachable.has(dataset)) return true;
    const origin = originOf(settings, dataset);
    return (
      origin !== undefined && unreachable.has(origin) && planned.has(manifestKey({ dataset: origin, hour }))
    );
  }
  if (reason && plan.steps.every(isStuck)) throw reason;
  return unreachable;
}

function originOf({ datasets }: RunSettings, name: string): string | undefined {
  return datasets.find((dataset) => dataset.name === name)?.derivedFrom;
}

async function runSteps(
  settings: RunSettings,
  parts: RunParts,
  plan: ExportPlan,
  unreachable: ReadonlyMap<string, Error>,
): Promise<RunReport> {
  const underWay = new Map<string, Promise<unknown>>();
  async function start(step: DatasetHour): Promise<StepResult | DatasetHour> {
    const origin = originOf(settings, step.dataset);
    // Made from what is committed, so from the new one when that is under way; an hour plans its origins first.
    if (origin !== undefined) await underWay.get(manifestKey({ ...step, dataset: origin }));
    return mayStart(settings, parts) ? runStep(settings, parts, step, unreachable.get(step.dataset)) : step;
  }
  const results = await pMap(
    plan.steps,
    (step) => {
      const result = start(step);
      underWay.set(manifestKey(step), result);
      return result;
    },
    { concurrency: settings.concurrency ?? 1 },
  );
  const done = results.flatMap((result) => ("kind" in result ? result : []));
  const remaining = results.flatMap((result) => {
    if (!("kind" in result)) return result;
    return result.kind === "given up" ? result.step : [];
  });
  const isSignalled = parts.stop.aborted || parts.abort.aborted;
  return {
    plan,
    finished: done.flatMap((result) => (result.kind === "finished" ? result : [])),
    failed: done.flatMap((result) => (result.kind === "failed" ? result : [])),
    remaining,
    ...(remaining.length > 0 ? { stoppedBy: isSignalled ? "signal" : "deadline" } : {}),
  };
}

function mayStart({ deadline }: RunSettings, { stop, abort, now }: RunParts): boolean {
  return !stop.aborted && !abort.aborted && (deadline === undefined || now().getTime() < deadline);
}
