import type { Dataset } from "../contract/datasets/column.ts";
import { DATASETS } from "../contract/datasets/index.ts";
import type { RunSettings } from "../agent-src/export/run-report.ts";
import { Problems } from "./problems.ts";
import { ALL_HOURS, readRunFlags, type CheckedRun, type RunFlags } from "./run-flags.ts";

/** Flags of `backfill` as commander hands them over: text, or absent. */
export interface BackfillFlags extends RunFlags {
  readonly restate?: boolean;
  readonly allowShrink?: boolean;
}

/** What `backfill` does when a flag is absent. */
export const BACKFILL_DEFAULTS = {
  window: "the oldest that Prometheus still has",
  job: "hourly",
  maxHours: "no limit",
};

/**
 * Checks the flags.
 * @throws ConfigError with one line for each problem
 */
export function readBackfillSettings(flags: BackfillFlags): CheckedRun {
  const problems = new Problems();
  const checked = readRunFlags(flags, problems, { job: BACKFILL_DEFAULTS.job, maxHours: ALL_HOURS });
  const restate = readRestate(flags, problems);
  problems.throwIfAny();
  if (!checked) throw new Error("flags were refused without a reason");
  if (!restate.restate) return checked;
  const { datasets, added } = withDerived(checked.run.datasets);
  const notices = added.map(
    ({ name, derivedFrom }) => `"${name}" is restated, too: it is made from "${derivedFrom}"`,
  );
  return {
    ...checked,
    run: { ...checked.run, ...restate, datasets },
    notices: [...checked.notices, ...notices],
  };
}

/** What is made from a restated dataset would otherwise keep telling of the former one. */
function withDerived(datasets: readonly Dataset[]): { datasets: readonly Dataset[]; added: Dataset[] } {
  const added = DATASETS.filter(
    (one) => !datasets.includes(one) && datasets.some(({ name }) => name === one.derivedFrom),
  );
  return { datasets: DATASETS.filter((one) => datasets.includes(one) || added.includes(one)), added };
}

function readRestate(flags: BackfillFlags, problems: Problems): Pick<RunSettings, "restate"> {
  if (!flags.restate) {
    if (flags.allowShrink)
      problems.add("--allow-shrink is about hours that are exported again; add --restate");
    return {};
  }
  if (flags.from === undefined || flags.until === undefined) {
    problems.add(
      "--restate replaces hours that are good, so their window must be named; add --from and --until",
    );
  }
  // The next run would begin at the same end of the window.
  if (flags.maxHours !== undefined) {
    problems.add(
      "--restate does the whole window; instead of --max-hours, narrow it with --from and --until",
    );
  }
  return { restate: { allowShrink: flags.allowShrink ?? false } };
}
