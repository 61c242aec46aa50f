import { SECONDS_PER_HOUR, type Hour } from "../../contract/hours.ts";
import type { ExportPlan } from "./plan.ts";

/** How far back the sources' data goes. */
export interface SourceReach {
  /** When the oldest data that Prometheus still has was scraped, epoch seconds; undefined when it has none. */
  oldestSample(): Promise<number | undefined>;
  /** Told, in a sentence, that this could not be found out: every missing hour is tried then. */
  readonly onUnknown: (text: string) => void;
}

/**
 * How much of its first minutes an hour may lack and still be whole: the first scrape of a source that began on the
 * hour, and the precision with which the oldest sample is found, are up to Prometheus' look-back of five minutes late.
 */
export const SLACK_SECONDS = 300;

/** The oldest hour of which a source has all data when its oldest sample is this. */
export function oldestWholeHour(oldestSample: number): Hour {
  return Math.ceil((oldestSample - SLACK_SECONDS) / SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
}

/**
 * The oldest hour that the sources still have; undefined when that does not matter or is not known. They are asked only
 * when more than one hour is to be done: the one hour of every run that keeps up is closed just now. A repair is told
 * of any hour.
 */
export async function findReach(
  plan: ExportPlan,
  reach: SourceReach | undefined,
  isRepair = false,
): Promise<Hour | undefined> {
  const hours = new Set(plan.steps.map(({ hour }) => hour));
  if (!reach || hours.size + plan.postponedHours < (isRepair ? 1 : 2)) return undefined;
  try {
    const oldest = await reach.oldestSample();
    return oldest === undefined ? undefined : oldestWholeHour(oldest);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reach.onUnknown(
      `how far back Prometheus' data goes is not known, so every missing hour is tried: ${reason}`,
    );
    return undefined;
  }
}
