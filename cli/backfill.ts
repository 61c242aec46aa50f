import type { Command } from "commander";
import { ConfigError } from "../agent-src/export/errors.ts";
import { planRun } from "../agent-src/export/run.ts";
import { backfillPrinter } from "./backfill-progress.ts";
import { BACKFILL_DEFAULTS, readBackfillSettings, type BackfillFlags } from "./backfill-settings.ts";
import { flag } from "./options.ts";
import { askOldest, fromOldest } from "./reach-window.ts";
import { addRunFlags, type CheckedRun } from "./run-flags.ts";
import { noticePrinter, printPlan, runHours } from "./run-hours.ts";
import { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  # what the backfill of all that Prometheus still has would do
  $ npx container-insights backfill --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights --dry-run

  # two dataset-hours at once; Ctrl-C stops after those in hand, and the same command goes on where it stopped
  $ npx container-insights backfill … --concurrency 2

  # a day again, on purpose: hours with the same bytes stay as they are, hours with fewer rows than before, too
  $ npx container-insights backfill … --restate --from 2026-11-22 --until 2026-11-23

  # and take fewer rows where the sources have no more
  $ npx container-insights backfill … --restate --allow-shrink --from 2026-11-22 --until 2026-11-23

  # labels: never the team's, of the owner a pseudonym, and of the annotations those of one tool
  $ npx container-insights backfill … --label-deny team --label-hash owner --annotation-allow "example.com/*"

Every flag but --dry-run can be given as a variable, too: --sink is CONTAINER_INSIGHTS_SINK.
`;

/** Adds `container-insights backfill`. */
export function registerBackfill(program: Command): void {
  const command = program
    .command("backfill")
    .description("export every missing hour that the sources still have, or export hours again on purpose");
  addRunFlags(command, BACKFILL_DEFAULTS)
    .addOption(
      flag("--restate", "export the window's hours again, also the good ones; needs --from and --until"),
    )
    .addOption(
      flag("--allow-shrink", "with --restate: take fewer rows, or less than half of a sum, than an hour had"),
    )
    .option("--dry-run", "print what would be exported and write nothing")
    .addHelpText("after", EXAMPLES)
    .action(async () => backfill(command.optsWithGlobals<BackfillFlags>()));
}

async function backfill(flags: BackfillFlags): Promise<void> {
  const checked = readBackfillSettings(flags);
  const terminal = new Terminal(flags);
  const notice = noticePrinter(terminal);
  checked.notices.forEach(notice);
  const settings =
    flags.from === undefined ? await fromOldest(checked, unknown(checked), flags.dryRun) : checked;
  if (flags.dryRun) {
    const oldestSample = (): Promise<number | undefined> => askOldest(settings);
    const plan = await planRun(settings.run, settings.sink, { oldestSample, onUnknown: notice });
    printPlan(settings, plan, terminal, "Dry run: no hour was asked for and nothing was written.");
    return;
  }
  await runHours(settings, terminal, backfillPrinter(terminal));
}

/** A backfill is about all that is there: without knowing where that begins, it does not guess. */
function unknown({ sources }: CheckedRun): (reason: string) => never {
  return (reason) => {
    throw new ConfigError(
      `Where the data of Prometheus at "${sources.prometheusUrl}" begins is not known: ${reason}; ` +
        `check --prometheus-url, or name the window with --from`,
    );
  };
}
