import { SECONDS_PER_HOUR } from "../contract/hours.ts";
import { ConfigError, TransientError } from "../agent-src/export/errors.ts";
import { findOldestSample } from "../agent-src/export/hourly.ts";
import { oldestWholeHour } from "../agent-src/export/reach.ts";
import { MAX_WINDOW_HOURS } from "../agent-src/export/window.ts";
import type { CheckedRun } from "./run-flags.ts";

/** Asks Prometheus how far back its data goes. */
export function askOldest({ sources }: CheckedRun): Promise<number | undefined> {
  return findOldestSample(sources, new AbortController().signal);
}

/**
 * The same run with a window that begins with the oldest hour of which Prometheus has all data. Where it does not say,
 * the window stays as it was, and `onUnknown` is told so.
 * @throws TransientError, ConfigError when Prometheus cannot be asked at all
 */
export async function fromOldest(
  settings: CheckedRun,
  onUnknown: (reason: string) => void,
): Promise<CheckedRun> {
  try {
    const oldest = await askOldest(settings);
    if (oldest !== undefined) return windowFrom(settings, oldest);
    onUnknown('it has no sample of "up"');
  } catch (error) {
    if (error instanceof TransientError || error instanceof ConfigError) throw error;
    onUnknown(error instanceof Error ? error.message : String(error));
  }
  return settings;
}

function windowFrom(settings: CheckedRun, oldestSample: number): CheckedRun {
  const { window } = settings.run;
  const limit = window.until - MAX_WINDOW_HOURS * SECONDS_PER_HOUR;
  const from = Math.min(Math.max(oldestWholeHour(oldestSample), limit), window.until);
  return { ...settings, run: { ...settings.run, window: { ...window, from } } };
}
