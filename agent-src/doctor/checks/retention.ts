import { SECONDS_PER_HOUR, isoSeconds } from "../../../contract/hours.ts";
import { ok, problem, warning, type Check, type Finding } from "../check.ts";
import type { DoctorContext } from "../context.ts";
import { counted } from "../counted.ts";
import { parseRetention } from "../retention-text.ts";

/** An hour is exported when it is over and settled: with so little kept, one missed turn of an hourly job loses it. */
const LEAST_HOURS = 2;

/** Whether an outage of a day loses no hour: an export looks back as far as Prometheus does. */
export const retention: Check = {
  id: "prometheus-retention",
  title: "Prometheus: its data outlasts an outage of a day",
  about: ["prometheus"],
  needs: ["prometheus-api"],
  run: async ({ prometheus, settings, now }) => {
    const configured = await prometheus.configuredRetention();
    return [
      ...judgeConfigured(configured, settings),
      judgeOldest(await prometheus.oldestSample(), settings, now()),
    ];
  },
};

type Settings = DoctorContext["settings"];

function judgeConfigured(text: string | undefined, { windowHours }: Settings): Finding[] {
  const seconds = text === undefined ? undefined : parseRetention(text);
  if (seconds === undefined) return [];
  const hours = Math.floor(seconds / SECONDS_PER_HOUR);
  // An hour is exported when it is over and settled: one more than the window has to be there.
  if (hours > windowHours) return [ok(`it is configured to keep ${text}`)];
  const found = `it is configured to keep ${text}, so when exports fail for longer than ${counted(Math.max(0, hours - 1), "hour")}, hours are lost for good`;
  const fix = `set --storage.tsdb.retention.time of Prometheus to more than ${windowHours}h, better to 7d`;
  return [hours <= LEAST_HOURS ? problem(found, fix) : warning(found, fix)];
}

function judgeOldest(oldest: number | undefined, { hour, windowHours }: Settings, now: number): Finding {
  if (oldest === undefined) {
    return problem(
      'it has no series "up" at all, so it scrapes nothing, or its data cannot be read by this user',
      "see Prometheus' targets page; behind a tenant's gateway check the tenant",
    );
  }
  const start = hour - (windowHours - 1) * SECONDS_PER_HOUR;
  const reach = ((now - oldest) / SECONDS_PER_HOUR).toFixed(1);
  if (oldest <= start)
    return ok(`its oldest data is of ${isoSeconds(Math.floor(oldest))}, ${reach} hours ago`);
  return warning(
    `its oldest data is of ${isoSeconds(Math.floor(oldest))}, ${reach} hours ago; hours before it cannot be exported`,
    "nothing to do when Prometheus was installed then; else raise its retention, and give it a volume that outlives its pod",
  );
}
