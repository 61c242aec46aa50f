import type { Command } from "commander";
import { isoSeconds } from "../contract/hours.ts";
import type { DatasetHour } from "../contract/object-keys.ts";
import { checkSources, createOpeners } from "../agent-src/export/hourly.ts";
import { describeWindow, type ExportPlan } from "../agent-src/export/plan.ts";
import { planRun, runExport } from "../agent-src/export/run.ts";
import type { RunReport } from "../agent-src/export/run-report.ts";
import { exitWith, EXIT } from "./exit-codes.ts";
import { describePlan, describeRun, describeStep, progressPrinter } from "./export-progress.ts";
import { readExportSettings, type ExportFlags, type ExportSettings } from "./export-settings.ts";
import { addSinkFlags, addWindowFlags, flag } from "./options.ts";
import { listenForStop } from "./signals.ts";
import { addSourceFlags } from "./source-flags.ts";
import { Terminal } from "./terminal.ts";

// Kubernetes sends SIGKILL 30 seconds after SIGTERM: what is in hand gets most of that, its clean-up the rest.
const GRACE_MILLISECONDS = 22_000;

const EXAMPLES = `
Examples:
  # the last 24 closed hours of a cluster into a folder, through kubectl port-forward
  $ npx container-insights export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights

  # what a week's backfill would do
  $ npx container-insights export … --from -7d --max-hours 168 --dry-run

  # after "verify" has found something: damaged files again, as long as the sources have their hours
  $ npx container-insights export … --from 2026-11-22 --until 2026-11-23 --repair

Every flag but --dry-run can be given as a variable, too: --sink is CONTAINER_INSIGHTS_SINK.
`;

/** Adds `container-insights export`. */
export function registerExport(program: Command): void {
  const command = program
    .command("export")
    .description("export the closed hours that the sink does not have yet");
  addSourceFlags(command);
  addSinkFlags(command, "the EKS cluster; account, region and name come from it");
  addWindowFlags(command, "the last 24 closed hours")
    .addOption(flag("--job <name>", "what to export: hourly", "hourly"))
    .addOption(flag("--datasets <list>", "comma list of datasets (default: all)"))
    .addOption(flag("--settle <duration>", "leave an hour alone this long after its end", "120s"))
    .addOption(flag("--max-hours <n>", "hours that one run exports at most", "24"))
    .addOption(flag("--simulated <text>", "mark the data as no measurement, with this text"))
    .addOption(flag("--repair", "also export hours again whose file is missing or damaged"))
    .option("--dry-run", "print what would be exported and write nothing")
    .addHelpText("after", EXAMPLES)
    .action(async () => exportHours(command.optsWithGlobals<ExportFlags>()));
}

async function exportHours(flags: ExportFlags): Promise<void> {
  const settings = readExportSettings(flags);
  const terminal = new Terminal(flags);
  const notice = (text: string): void => terminal.note(`${terminal.noteColor.yellow("notice:")} ${text}`);
  settings.notices.forEach(notice);
  if (flags.dryRun) {
    printPlan(settings, await planRun(settings.run, settings.sink), terminal);
    return;
  }
  const startedAt = Date.now();
  const sources = { ...settings.sources, onRetry: notice };
  const signals = listenForStop(GRACE_MILLISECONDS, (signal) =>
    terminal.note(`${signal}: finishing the hour in hand; once more to give it up`),
  );
  try {
    const report = await runExport(settings.run, {
      sink: settings.sink,
      openers: createOpeners(sources, settings.run.clusterArn),
      checkSources: (datasets) => checkSources(sources, datasets, signals.abort),
      now: () => new Date(),
      stop: signals.stop,
      abort: signals.abort,
      onEvent: progressPrinter(terminal),
    });
    terminal.settle();
    const text = describeRun(report, Date.now() - startedAt, settings.sink.url, terminal.color);
    terminal.result(reportJson(settings, report), text);
    exitWith(signals.exitCode() ?? (report.failed.length > 0 ? EXIT.someFailed : EXIT.ok));
  } finally {
    signals.release();
  }
}

function printPlan(settings: ExportSettings, plan: ExportPlan, terminal: Terminal): void {
  const lines = [
    `Window ${describeWindow(settings.run.window)}, sink ${settings.sink.url}`,
    describePlan(plan),
    ...plan.steps.map((step) => `  ${describeStep(step)}`),
    "Dry run: nothing was asked and nothing was written.",
  ];
  const json = {
    dryRun: true,
    ...windowJson(settings),
    steps: plan.steps.map(stepJson),
    committed: plan.committed,
    postponedHours: plan.postponedHours,
  };
  terminal.result(json, lines.join("\n"));
}

function reportJson(settings: ExportSettings, report: RunReport): object {
  return {
    ...windowJson(settings),
    exported: report.finished.map(({ step, outcome }) => ({
      ...stepJson(step),
      how: outcome.how,
      rows: outcome.manifest.rows,
      bytes: outcome.manifest.object?.bytes ?? 0,
      warnings: outcome.manifest.warnings,
    })),
    failed: report.failed.map(({ step, error }) => ({
      ...stepJson(step),
      error: error.name,
      reason: error.message,
    })),
    remaining: report.remaining.map(stepJson),
    committedBefore: report.plan.committed,
    postponedHours: report.plan.postponedHours,
  };
}

function windowJson(settings: ExportSettings): object {
  const { clusterArn, window } = settings.run;
  return {
    clusterArn,
    sink: settings.sink.url,
    from: isoSeconds(window.from),
    until: isoSeconds(window.until),
  };
}

function stepJson({ dataset, hour }: DatasetHour): object {
  return { dataset, hour: isoSeconds(hour) };
}
