import type { Command } from "commander";
import { planRun } from "../agent-src/export/run.ts";
import { progressPrinter } from "./export-progress.ts";
import { EXPORT_DEFAULTS, readExportSettings, type ExportFlags } from "./export-settings.ts";
import { flag } from "./options.ts";
import { askOldest, fromOldest } from "./reach-window.ts";
import { addRunFlags } from "./run-flags.ts";
import { noticePrinter, printPlan, runHours } from "./run-hours.ts";
import { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  # a cluster's missing hours, 24 at most, into a folder, through kubectl port-forward
  $ npx container-insights export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights

  # the raw samples, in a run of their own
  $ npx container-insights export … --job samples

  # in a Job with activeDeadlineSeconds 3300: what is not done by then is left to the next run
  $ npx container-insights export … --deadline 54m

  # after "verify" has found something: damaged files again, as long as the sources have their hours
  $ npx container-insights export … --from 2026-11-22 --until 2026-11-23 --repair

  # labels: never the team's, of the owner a pseudonym, and of the annotations those of one tool
  $ npx container-insights export … --label-deny team --label-hash owner --annotation-allow "example.com/*"

  # labels with their original keys, through "kubectl proxy"
  $ npx container-insights export … --labels-from kubernetes --kubernetes-url http://127.0.0.1:8001

"backfill" is the same for all missing hours at once.
Every flag but --dry-run can be given as a variable, too: --sink is CONTAINER_INSIGHTS_SINK.
`;

/** Adds `container-insights export`. */
export function registerExport(program: Command): void {
  const command = program
    .command("export")
    .description("export the closed hours that the sink does not have yet");
  addRunFlags(command, EXPORT_DEFAULTS)
    .addOption(flag("--repair", "also export hours again whose file is missing or damaged"))
    .option("--dry-run", "print what would be exported and write nothing")
    .addHelpText("after", EXAMPLES)
    .action(async () => exportHours(command.optsWithGlobals<ExportFlags>()));
}

async function exportHours(flags: ExportFlags): Promise<void> {
  const checked = readExportSettings(flags);
  const terminal = new Terminal(flags);
  const notice = noticePrinter(terminal);
  checked.notices.forEach(notice);
  const settings =
    flags.from === undefined
      ? await fromOldest(
          checked,
          (reason) =>
            notice(`the last 24 hours are looked at: where Prometheus' data begins is not known: ${reason}`),
          flags.dryRun,
        )
      : checked;
  if (flags.dryRun) {
    const oldestSample = (): Promise<number | undefined> => askOldest(settings);
    // Without --from that was told above.
    const onUnknown = flags.from === undefined ? (): void => {} : notice;
    const plan = await planRun(settings.run, settings.sink, { oldestSample, onUnknown });
    printPlan(settings, plan, terminal, "Dry run: no hour was asked for and nothing was written.");
    return;
  }
  await runHours(settings, terminal, progressPrinter(terminal));
}
