import type { Finding, Level } from "../agent-src/doctor/check.ts";
import type { DoctorReport } from "../agent-src/doctor/report.ts";
import type { CheckResult, DoctorEvent } from "../agent-src/doctor/run.ts";
import { formatCounted, formatDuration } from "./format.ts";
import type { Colors, Terminal } from "./terminal.ts";

const MARKS: Readonly<Record<Level, string>> = { ok: "✓", warning: "!", problem: "✗", skipped: "-" };

function paint(level: Level, color: Colors): (text: string) => string {
  return { ok: color.green, warning: color.yellow, problem: color.red, skipped: color.dim }[level];
}

/** Tells each check when it begins (on a terminal) and what it found when it has ended. */
export function findingsPrinter(terminal: Terminal, total: number): (event: DoctorEvent) => void {
  let done = 0;
  return (event) => {
    switch (event.kind) {
      case "started":
        terminal.live(terminal.noteColor.dim(`[${done + 1}/${total}] ${event.check.title} …`));
        return;
      case "finished":
        done += 1;
        for (const line of describeResult(event.result, terminal.noteColor)) terminal.note(line);
        return;
    }
  };
}

/**
 * One line for a check that is content; a line for each finding, and its fix, of another. None for what does not apply
 * here, such as S3's checks where the sink is a folder.
 */
function describeResult({ level, title, id, findings, blockedBy }: CheckResult, color: Colors): string[] {
  if (level === "skipped" && blockedBy === undefined) return [];
  const mark = paint(level, color)(MARKS[level]);
  const head = `${mark} ${title}`;
  if (level === "ok" || level === "skipped") {
    return [`${head}${color.dim(`: ${findings.map(({ text }) => text).join("; ")}`)}`];
  }
  return [
    `${head} ${color.dim(`(${id})`)}`,
    ...findings.flatMap((finding) => describeFinding(finding, color)),
  ];
}

function describeFinding({ level, text, fix }: Finding, color: Colors): string[] {
  const lines = [`    ${paint(level, color)(MARKS[level])} ${text}`];
  if (fix !== undefined) lines.push(`      ${color.bold("fix:")} ${fix}`);
  return lines;
}

/** The result as text: what is not in order once more, and the verdict. */
export function describeReport(report: DoctorReport, milliseconds: number, color: Colors): string {
  const bad = report.checks.filter(({ level }) => level === "problem" || level === "warning");
  const lines = bad.flatMap(({ id, findings }) =>
    findings
      .filter(({ level }) => level === "problem" || level === "warning")
      .flatMap(({ level, text, fix }) => [
        `${paint(level, color)(MARKS[level])} ${color.bold(id)}: ${text}`,
        ...(fix === undefined ? [] : [`  fix: ${fix}`]),
      ]),
  );
  return [...lines, verdict(report, milliseconds, color)].join("\n");
}

function verdict({ counts, checks, level, hour }: DoctorReport, milliseconds: number, color: Colors): string {
  const found = [formatCounted(counts.problem, "problem"), formatCounted(counts.warning, "warning")].join(
    ", ",
  );
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  const text = `${found} in ${checks.length} checks${skipped}, hour ${hour}, ${formatDuration(milliseconds)}`;
  return paint(level, color)(`${MARKS[level]} ${text}`);
}
