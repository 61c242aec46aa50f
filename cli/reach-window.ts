import { SECONDS_PER_HOUR } from "../contract/hours.ts";
import { ConfigError, TransientError } from "../agent-src/export/errors.ts";
import { findOldestSample } from "../agent-src/export/hourly.ts";
import { findLastCommitted } from "../agent-src/export/ledger.ts";
import { oldestWholeHour } from "../agent-src/export/reach.ts";
import { recordingFailure } from "../agent-src/export/run-record.ts";
import { MAX_WINDOW_HOURS } from "../agent-src/export/window.ts";
import type { CheckedRun } from "./run-flags.ts";

/** Asks Prometheus how far back its data goes. */
export function askOldest({ sources }: CheckedRun): Promise<number | undefined> {
  return findOldestSample(sources, new AbortController().signal);
}

/** How far back the newest committed hour is looked for: an outage that began before is not told. */
const LOOK_BACK_SECONDS = 31 * 24 * SECONDS_PER_HOUR;

/**
 * The same run with a window that begins with the oldest hour of which Prometheus has all data, or after the newest
 * committed hour where that is older: what was lost in between is out of reach, and told. Where Prometheus does not
 * say, the window stays as it was, and `onUnknown` is told so. Datasets made from committed files do not ask it.
 * Unless `isDry`, the record of the run says what was thrown.
 * @throws TransientError, ConfigError when Prometheus cannot be asked at all; what the sink or `onUnknown` threw
 */
export async function fromOldest(
  settings: CheckedRun,
  onUnknown: (reason: string) => void,
  isDry = false,
): Promise<CheckedRun> {
  const asking = settings.run.datasets.filter(({ derivedFrom }) => derivedFrom === undefined);
  if (asking.length === 0) return settings;
  const ask = (): Promise<number | undefined> => oldestKnown(settings, onUnknown);
  const oldest = await (isDry ? ask() : recordingFailure(settings.run, settings.sink, () => new Date(), ask));
  if (oldest === undefined) return settings;
  const { window } = settings.run;
  const limit = window.until - MAX_WINDOW_HOURS * SECONDS_PER_HOUR;
  const reach = oldestWholeHour(oldest);
  const last = await findLastCommitted(
    settings.sink,
    asking.map(({ name }) => name),
    { from: window.until - LOOK_BACK_SECONDS, until: window.until },
  );
  const wanted = last === undefined ? reach : Math.min(reach, last + SECONDS_PER_HOUR);
  const from = Math.min(Math.max(wanted, limit), window.until);
  return { ...settings, run: { ...settings.run, window: { ...window, from } } };
}

async function oldestKnown(
  settings: CheckedRun,
  onUnknown: (reason: string) => void,
): Promise<number | undefined> {
  try {
    const oldest = await askOldest(settings);
    if (oldest !== undefined) return oldest;
  } catch (error) {
    if (error instanceof TransientError || error instanceof ConfigError) throw error;
    onUnknown(error instanceof Error ? error.message : String(error));
    return undefined;
  }
  onUnknown('it has no sample of "up"');
  return undefined;
}
