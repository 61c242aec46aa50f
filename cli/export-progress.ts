import { isoSeconds } from "../contract/hours.ts";
import type { DatasetHour } from "../contract/object-keys.ts";
import type { ExportPlan, OutOfReach } from "../agent-src/export/plan.ts";
import type { RunEvent, RunReport } from "../agent-src/export/run-report.ts";
import type { HourOutcome } from "../agent-src/export/store-manifest.ts";
import { formatBytes, formatCount, formatCounted, formatDuration } from "./format.ts";
import type { Colors, Terminal } from "./terminal.ts";

/** Prints a run's events as they come: a line for each dataset-hour. */
export function progressPrinter(terminal: Terminal): (event: RunEvent) => void {
  const { noteColor } = terminal;
  let total = 0;
  let done = 0;
  return (event) => {
    switch (event.kind) {
      case "planned":
        total = event.plan.steps.length;
        terminal.note(noteColor.dim(describePlan(event.plan)));
        if (event.plan.outOfReach) {
          terminal.note(`${noteColor.yellow("notice:")} ${describeOutOfReach(event.plan.outOfReach)}`);
        }
        return;
      case "started":
        terminal.live(noteColor.dim(`[${done + 1}/${total}] ${describeStep(event.step)} …`));
        return;
      case "finished":
        done += 1;
        terminal.note(finishedLine(event.step, event.outcome, event.milliseconds, noteColor));
        for (const warning of event.outcome.manifest.warnings) {
          terminal.note(`  ${noteColor.yellow("warning:")} ${warning}`);
        }
        return;
      case "failed":
        done += 1;
        terminal.note(
          `${noteColor.red("✗")} ${describeStep(event.step)}  ${noteColor.red("failed")}: ${event.error.message}`,
        );
        return;
      case "ended":
        // For whoever collects the logs of a CronJob; on a terminal nobody reads it.
        if (!terminal.isLive) terminal.note(`health: ${JSON.stringify(event.health)}`);
        return;
      case "notice":
        terminal.note(`${noteColor.yellow("notice:")} ${event.text}`);
        return;
    }
  };
}

function finishedLine(step: DatasetHour, outcome: HourOutcome, milliseconds: number, color: Colors): string {
  const { rows, object } = outcome.manifest;
  const size = object ? formatBytes(object.bytes) : "no file";
  const how = {
    written: "",
    recovered: "  kept from an earlier run",
    already: "  done by another run",
    unchanged: "  unchanged",
  };
  const figures = `${formatCount(rows).padStart(9)} rows  ${size.padStart(8)}  ${formatDuration(milliseconds).padStart(7)}`;
  return `${color.green("✓")} ${describeStep(step)} ${figures}${color.dim(how[outcome.how])}`;
}

/** `2026-11-22 10:00Z  allocation` */
export function describeStep({ dataset, hour }: DatasetHour): string {
  return `${isoSeconds(hour).slice(0, 16).replace("T", " ")}Z  ${dataset.padEnd(10)}`;
}

/** One line: what there is to do. */
export function describePlan(plan: ExportPlan): string {
  const committed = `${formatCount(plan.committed)} already committed`;
  if (plan.steps.length === 0) return `Nothing to export: ${committed}.`;
  const later =
    plan.postponedHours > 0 ? `, ${formatCounted(plan.postponedHours, "hour")} left to later runs` : "";
  return `${formatCounted(plan.steps.length, "dataset-hour")} to export, ${committed}${later}.`;
}

/** One line: what no run can do any more. */
export function describeOutOfReach({ hours, from, until }: OutOfReach): string {
  return (
    `${formatCounted(hours, "missing hour")} from ${isoSeconds(from)} to ${isoSeconds(until)} ` +
    `${hours === 1 ? "is" : "are"} out of reach: Prometheus no longer has all data of ` +
    `${hours === 1 ? "it" : "them"}, so nothing before ${isoSeconds(until)} is tried`
  );
}

/** The last lines of a run. */
export function describeRun(report: RunReport, milliseconds: number, url: string, color: Colors): string {
  const rows = report.finished.reduce((sum, { outcome }) => sum + outcome.manifest.rows, 0);
  const bytes = report.finished.reduce((sum, { outcome }) => sum + (outcome.manifest.object?.bytes ?? 0), 0);
  const lines: string[] = [];
  const unchanged = report.finished.filter(({ outcome }) => outcome.how === "unchanged").length;
  if (report.plan.steps.length === 0) lines.push(describePlan(report.plan));
  else {
    lines.push(
      `Exported ${color.bold(`${report.finished.length} of ${report.plan.steps.length}`)} dataset-hours: ` +
        `${formatCount(rows)} rows, ${formatBytes(bytes)} in ${formatDuration(milliseconds)} to ${url}`,
    );
  }
  if (unchanged > 0) lines.push(`${unchanged} of them unchanged: the sources answer what is there.`);
  if (report.failed.length > 0) {
    lines.push(color.red(`${report.failed.length} failed and stay missing; run again to retry:`));
    for (const { step, error } of report.failed) lines.push(`  ${describeStep(step)}  ${error.message}`);
  }
  if (report.remaining.length > 0) {
    lines.push(
      color.yellow(
        `${report.remaining.length} remain because ` +
          `${report.stoppedBy === "deadline" ? "--deadline came" : "the run was interrupted"}; run again to resume.`,
      ),
    );
  }
  if (report.plan.postponedHours > 0) {
    lines.push(
      `${formatCounted(report.plan.postponedHours, "hour")} left to later runs by --max-hours; run again for the next.`,
    );
  }
  return lines.join("\n");
}
