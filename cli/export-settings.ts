import { Problems } from "./problems.ts";
import { readRunFlags, type CheckedRun, type RunFlags } from "./run-flags.ts";

/** Flags of `export` as commander hands them over: text, or absent. */
export interface ExportFlags extends RunFlags {
  readonly repair?: boolean;
}

/** What `export` does when a flag is absent. */
export const EXPORT_DEFAULTS = {
  window: "the oldest that Prometheus still has",
  job: "hourly",
  maxHours: "24",
};

/**
 * Checks the flags.
 * @throws ConfigError with one line for each problem
 */
export function readExportSettings(flags: ExportFlags): CheckedRun {
  const problems = new Problems();
  const checked = readRunFlags(flags, problems, EXPORT_DEFAULTS);
  problems.throwIfAny();
  if (!checked) throw new Error("flags were refused without a reason");
  return { ...checked, run: { ...checked.run, repair: flags.repair ?? false } };
}
