import { actionLine } from "./action-line.ts";
import { planOf, type Plan, type PlanItem } from "./model.ts";
import type { Log } from "./ports.ts";

/** A line of the log is one event of CloudWatch's, of at most 256 KB; an action or note is well below 1 KB. */
const ITEMS_PER_LINE = 200;

/** Logs the whole plan, in as many lines as it takes. Roles that are as wanted are only counted. */
export function logPlan(log: Log, plan: Plan): void {
  const notes = plan.notes.filter(({ kind }) => kind !== "unchanged");
  const items: PlanItem[] = [
    ...plan.actions.map((action) => ({ action })),
    ...notes.map((note) => ({ note })),
  ];
  const parts = Math.max(1, Math.ceil(items.length / ITEMS_PER_LINE));
  for (let part = 0; part < parts; part++) {
    const { actions, notes: some } = planOf(items.slice(part * ITEMS_PER_LINE, (part + 1) * ITEMS_PER_LINE));
    log("INFO", "Plan made", {
      part: part + 1,
      parts,
      actions: actions.map(actionLine),
      notes: some,
      unchanged: plan.notes.length - notes.length,
    });
  }
}
