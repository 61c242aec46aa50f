import { isoSeconds } from "../../contract/hours.ts";
import type { Level } from "./check.ts";
import type { DoctorSettings } from "./context.ts";
import { worst, type CheckResult } from "./run.ts";

/** What the command prints with `--json`, and what `_status/doctor.json` holds. */
export interface DoctorReport {
  readonly clusterArn: string;
  /** When it was made. */
  readonly at: string;
  /** The newest closed hour, which most checks look at. */
  readonly hour: string;
  /** The worst of the checks. */
  readonly level: Level;
  readonly counts: Readonly<Record<Level, number>>;
  readonly checks: readonly CheckResult[];
}

/** Sums up what the checks found. */
export function doctorReport(
  { cluster, hour }: Pick<DoctorSettings, "cluster" | "hour">,
  results: readonly CheckResult[],
  at: Date,
): DoctorReport {
  const count = (level: Level): number => results.filter((result) => result.level === level).length;
  return {
    clusterArn: cluster.arn,
    at: at.toISOString(),
    hour: isoSeconds(hour),
    level: worst(results),
    counts: {
      ok: count("ok"),
      warning: count("warning"),
      problem: count("problem"),
      skipped: count("skipped"),
    },
    checks: results,
  };
}
