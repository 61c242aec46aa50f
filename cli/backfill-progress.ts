import type { RunEvent } from "../agent-src/export/run-report.ts";
import { describeStep, progressPrinter } from "./export-progress.ts";
import { describePace, describeProgress } from "./progress-bar.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints a backfill's events: on a terminal one line with a bar that stays in its place, and what went wrong above it;
 * else a line for each dataset-hour, and now and then how far it has come.
 */
export function backfillPrinter(
  terminal: Terminal,
  now: () => number = () => performance.now(),
): (event: RunEvent) => void {
  const print = progressPrinter(terminal);
  const startedAt = now();
  let [done, total, perHour] = [0, 0, 1];
  const progress = () => ({ done, total, perHour, elapsedMilliseconds: now() - startedAt });
  return (event) => {
    if (event.kind === "planned") {
      total = event.plan.steps.length;
      perHour = total / Math.max(1, new Set(event.plan.steps.map(({ hour }) => hour)).size);
    }
    if (event.kind === "finished" || event.kind === "failed") done += 1;
    if (!terminal.isLive) {
      print(event);
      if (event.kind === "finished" && isDue(done, total)) terminal.note(describePace(progress()));
      return;
    }
    if (event.kind !== "finished" && event.kind !== "started") print(event);
    const step = "step" in event ? `  ${describeStep(event.step).trimEnd()}` : "";
    terminal.live(`${describeProgress(progress())}${step}`);
  };
}

/** Twenty times in a run, and not for its last dataset-hour, after which comes the result. */
function isDue(done: number, total: number): boolean {
  return done < total && Math.floor((done * 20) / total) > Math.floor(((done - 1) * 20) / total);
}
