import { SECONDS_PER_HOUR, hoursBetween, isoSeconds, type Hour } from "../../../contract/hours.ts";
import { LAST_RUN_KEY, failureKey, manifestKey, parseManifestKey } from "../../../contract/object-keys.ts";
import { listFailures, listManifests } from "../../export/ledger.ts";
import { ok, problem, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { counted } from "../counted.ts";

/** Days that are listed, one request each: longer than most Prometheus keep. */
const LISTED_DAYS = 15;

/** An hourly job that missed one turn may still be on its way. */
const USUAL_LAG_HOURS = 2;

/** Failures whose reason is told. */
const TOLD = 3;

/** How far the newest committed hour is behind. */
export const exportLag: Check = {
  id: "export-lag",
  title: "Ledger: the newest hours are exported",
  about: ["sink"],
  needs: ["sink-write"],
  run: async (context) => [await judgeLag(context)],
};

function listed(context: DoctorContext): { readonly from: Hour; readonly until: Hour } {
  const until = context.settings.hour + SECONDS_PER_HOUR;
  return { from: until - LISTED_DAYS * 24 * SECONDS_PER_HOUR, until };
}

async function committedHours(context: DoctorContext): Promise<Map<Hour, Set<string>>> {
  const hours = new Map<Hour, Set<string>>();
  for (const key of await listManifests(context.sink.sink, listed(context))) {
    const step = parseManifestKey(key);
    if (!step) continue;
    const datasets = hours.get(step.hour) ?? new Set();
    hours.set(step.hour, datasets.add(step.dataset));
  }
  return hours;
}

async function judgeLag(context: DoctorContext): Promise<Finding> {
  const { settings, sink } = context;
  const newest = Math.max(...(await committedHours(context)).keys());
  if (newest === -Infinity) {
    const hasRun = (await sink.sink.head(LAST_RUN_KEY)) !== undefined;
    if (!hasRun) return ok("nothing was exported yet: no run has left its record");
    return problem(
      `no hour of the last ${LISTED_DAYS} days is committed, although an export has run ("${LAST_RUN_KEY}")`,
      `read "${LAST_RUN_KEY}" and the failures below _status/failures/ in ${sink.sink.url}`,
    );
  }
  const lag = (settings.hour - newest) / SECONDS_PER_HOUR;
  const text = `the newest committed hour is ${isoSeconds(newest)}, ${counted(lag, "hour")} behind the newest closed one`;
  if (lag <= USUAL_LAG_HOURS) return ok(text);
  const fix = "look at the CronJob and its last pod's log, or run the export by hand";
  const oldestLeft = await oldestHourLeft(context);
  const lost = hoursBetween(newest + SECONDS_PER_HOUR, Math.min(oldestLeft ?? 0, settings.hour)).length;
  if (lost > 0)
    return problem(`${text}; Prometheus no longer has ${lost} of them`, `${fix}: it exports the rest`);
  if (lag >= settings.windowHours) return problem(text, `${fix}: it exports what Prometheus still has`);
  return warning(`${text}; up to ${USUAL_LAG_HOURS} is usual`, fix);
}

/** Hours that are missing between committed ones. */
export const exportGaps: Check = {
  id: "export-gaps",
  title: "Ledger: no hour is missing between others",
  about: ["sink"],
  needs: ["sink-write"],
  run: async (context) => judgeGaps(context, await committedHours(context)),
};

async function judgeGaps(
  context: DoctorContext,
  committed: ReadonlyMap<Hour, ReadonlySet<string>>,
): Promise<readonly Finding[]> {
  if (committed.size === 0) return [ok("nothing was exported yet")];
  const until = Math.max(...committed.keys());
  const findings: Finding[] = [];
  const oldestLeft = await oldestHourLeft(context);
  for (const { name } of context.settings.datasets) {
    const own = [...committed].filter(([, datasets]) => datasets.has(name)).map(([hour]) => hour);
    if (own.length === 0) continue;
    // Without the newest hour: a run may just be at it.
    const missing = hoursBetween(Math.min(...own), until).filter((hour) => !committed.get(hour)?.has(name));
    if (missing.length > 0) findings.push(gap(name, missing, oldestLeft));
  }
  return findings.length > 0 ? findings : [ok(`no gap in the last ${LISTED_DAYS} days`)];
}

/** The oldest hour that Prometheus has whole; undefined when that is not known. */
async function oldestHourLeft({ prometheus }: DoctorContext): Promise<Hour | undefined> {
  try {
    const oldest = await prometheus.oldestSample();
    return oldest === undefined ? undefined : Math.ceil(oldest / SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
  } catch {
    return undefined; // the checks of Prometheus say why
  }
}

function gap(dataset: string, missing: readonly Hour[], oldestLeft: Hour | undefined): Finding {
  const first = isoSeconds(Math.min(...missing));
  const last = isoSeconds(Math.max(...missing));
  const text = `${counted(missing.length, "hour")} of "${dataset}" missing between ${first} and ${last}`;
  const lost = oldestLeft === undefined ? 0 : missing.filter((hour) => hour < oldestLeft).length;
  const rest = missing.length - lost;
  const gone = lost > 0 ? `; Prometheus no longer has ${lost} of them` : "";
  const fix =
    rest > 0
      ? `export them: --from ${first} --max-hours 168`
      : "nothing can be done: the source has lost them";
  return warning(text + gone, fix);
}

/** Dataset-hours that failed and are still missing. */
export const exportFailures: Check = {
  id: "export-failures",
  title: "Ledger: no hour failed and stayed missing",
  about: ["sink"],
  needs: ["sink-write"],
  run: async (context) => judgeFailures(context),
};

async function judgeFailures(context: DoctorContext): Promise<readonly Finding[]> {
  const { settings, sink } = context;
  const until = settings.hour + SECONDS_PER_HOUR;
  const from = until - settings.windowHours * SECONDS_PER_HOUR;
  const window = { from, until };
  const failures = await listFailures(sink.sink, window);
  const manifests = await listManifests(sink.sink, window);
  const open = hoursBetween(from, until).flatMap((hour) =>
    settings.datasets
      .map(({ name }) => ({ dataset: name, hour }))
      .filter((step) => failures.has(failureKey(step)) && !manifests.has(manifestKey(step))),
  );
  if (open.length === 0) return [ok(`none in the last ${settings.windowHours} hours`)];
  const told = await Promise.all(
    open.slice(-TOLD).map(async (step) => {
      const reason = await readReason(context, failureKey(step));
      return warning(
        `${isoSeconds(step.hour)} of "${step.dataset}" failed: ${reason}`,
        "see the reason; each run tries again as long as Prometheus has the hour",
      );
    }),
  );
  const more = open.length - told.length;
  return more > 0
    ? [
        ...told,
        warning(`${counted(more, "more dataset-hour")} failed`, `list _status/failures/ in ${sink.sink.url}`),
      ]
    : told;
}

async function readReason({ sink }: DoctorContext, key: string): Promise<string> {
  const bytes = await sink.sink.read(key);
  try {
    const { reason } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly reason?: unknown };
    return typeof reason === "string" ? reason : `"${key}" gives no reason`;
  } catch {
    return `"${key}" cannot be read`;
  }
}
