import type { ReconcileReport } from "../../lambda-src/reconcile/report.ts";
import { formatCounted } from "../format.ts";
import type { Colors } from "../terminal.ts";

type ReportedAction = ReconcileReport["actions"][number];

const STATUS: Readonly<Record<ReconcileReport["status"], string>> = {
  ok: "everything is as wanted",
  partial: "everything that could be done is done; the problems are above",
  failed: "some of it failed; run it again once the reasons are gone",
  incomplete: "stopped before the end; run it again to go on",
};

/** One line for an action that has ended. */
export function outcomeLine({ action, role, state, reason }: ReportedAction, color: Colors): string {
  const paint = state === "done" ? color.green : state === "skipped" ? color.yellow : color.red;
  return `  ${paint(state.padEnd(9))}${action} ${color.bold(role)}${reason === undefined ? "" : `: ${reason}`}`;
}

/** What became of a run, as a person reads it. */
export function reportText(report: ReconcileReport, color: Colors): string {
  const done = report.actions.filter(({ state }) => state === "done");
  const others = report.actions.filter(({ state }) => state !== "done");
  const counts = [...new Set(others.map(({ state }) => state))].map(
    (state) => `${others.filter((one) => one.state === state).length} ${state}`,
  );
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? [color.bold(title), ...lines, ""] : [];
  return [
    ...section(
      "Done",
      done.map((one) => outcomeLine(one, color)),
    ),
    ...section(
      "Not done",
      others.map((one) => outcomeLine(one, color)),
    ),
    ...section(
      "Problems",
      report.problems.map((problem) => `  ${problem}`),
    ),
    color.bold(
      `Apply: ${[`${formatCounted(done.length, "action")} done`, ...counts].join(", ")}; ${STATUS[report.status]}`,
    ),
  ].join("\n");
}
