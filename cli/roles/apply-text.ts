import type { ReconcileReport, ReportedAction } from "../../lambda-src/reconcile/report.ts";
import { formatCounted } from "../format.ts";
import type { Colors } from "../terminal.ts";

const STATUS: Readonly<Record<ReconcileReport["status"], string>> = {
  ok: "what could not be done is above",
  partial: "everything that could be done is done; the problems are above",
  failed: "run it again once the reasons are gone",
  incomplete: "stopped before the end; run it again to go on",
};

/** Whether every action that was shown is done, and nothing was in the way of seeing more. */
export function isAsWanted({ status, actions }: ReconcileReport): boolean {
  return status === "ok" && actions.every(({ state }) => state === "done");
}

/** One line for an action that has ended. */
export function outcomeLine({ action, role, state, reason }: ReportedAction, color: Colors): string {
  const paint = state === "done" ? color.green : state === "skipped" ? color.yellow : color.red;
  return `  ${paint(state.padEnd(9))}${action} ${color.bold(role)}${reason === undefined ? "" : `: ${reason}`}`;
}

function totals(report: ReconcileReport): string {
  const count = (state: ReportedAction["state"]) =>
    report.actions.filter((action) => action.state === state).length;
  const others = (["failed", "conflict", "held", "skipped"] as const).flatMap((state) =>
    count(state) > 0 ? [`${count(state)} ${state}`] : [],
  );
  const counts = [`${formatCounted(count("done"), "action")} done`, ...others].join(", ");
  return `Apply: ${counts}; ${isAsWanted(report) ? "everything is as wanted" : STATUS[report.status]}`;
}

/** What became of a run, as a person reads it who has seen each action end. */
export function reportText(report: ReconcileReport, color: Colors): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [color.bold(title), ...lines, ""] : [];
  return [
    ...section(
      "Not done",
      report.actions.filter(({ state }) => state !== "done").map((action) => outcomeLine(action, color)),
    ),
    ...section(
      "Problems",
      report.problems.map((problem) => `  ${problem}`),
    ),
    color.bold(totals(report)),
  ].join("\n");
}
