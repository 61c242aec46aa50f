import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { ConfigError } from "../../agent-src/export/errors.ts";
import { RECONCILE_REPORT_KEY } from "../../contract/object-keys.ts";
import { openReportStore } from "../../lambda-src/adapters/reports.ts";
import { reasonOf } from "../../lambda-src/aws-errors.ts";
import type { Inventory } from "../../lambda-src/reconcile/inventory.ts";
import type { Plan } from "../../lambda-src/reconcile/model.ts";
import type { Ports, ReportStore } from "../../lambda-src/reconcile/ports.ts";
import { carryOut, planRun } from "../../lambda-src/reconcile/reconcile.ts";
import { reportAction } from "../../lambda-src/reconcile/report.ts";
import { EXIT, exitWith } from "../exit-codes.ts";
import { formatCounted } from "../format.ts";
import { Problems } from "../problems.ts";
import { listenForStop, type StopSignals } from "../signals.ts";
import { Terminal } from "../terminal.ts";
import { lookAtAccount, type OpenAccount } from "./account.ts";
import { isAsWanted, outcomeLine, reportText } from "./apply-text.ts";
import { confirm, whyNotAsking } from "./confirm.ts";
import { addAccountFlags, readQuestion, type AccountFlags } from "./flags.ts";
import { planText } from "./plan-text.ts";
import { planJson } from "./plan.ts";

/** For how long a plan may wait for its consent: what it was made from goes on changing. */
const PLAN_LASTS_MS = 10 * 60_000;

/** For the action in hand and the report, after the first signal. */
const GRACE_MILLISECONDS = 60_000;

interface ApplyFlags extends AccountFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly report: boolean;
}

const EXAMPLES = `
Examples:
  # shows the plan, asks, and does what it showed
  $ npx container-insights roles apply --regions eu-west-1,us-east-1

  # for a pipeline: asks nothing
  $ npx container-insights roles apply --regions eu-west-1 --yes --json > report.json

The flags are the account stack's variables: give what the stack was applied with, or the next scheduled run of the
role-management Lambda changes the roles back. The Lambda's guard applies here, too, and no flag turns it off. The list of
clusters of the query tables is left to the Lambdas. Ends with 0 when everything is as wanted, 1 when something failed, could
not be seen or was not consented to.
`;

/** Adds `container-insights roles apply`: one run of the role reconciler by hand. */
export function registerApply(roles: Command): void {
  const command = roles
    .command("apply")
    .description("do what the role reconciler would do, with your credentials; shows it and asks first");
  addAccountFlags(command)
    .option("--yes", "do not ask")
    .option("--dry-run", "show what would be done and change nothing, as roles plan does")
    .option("--no-report", "do not keep the report in the bucket, where the Lambdas keep theirs")
    .addHelpText("after", EXAMPLES)
    .action(() => runApply(command.optsWithGlobals<ApplyFlags>()));
}

async function runApply(flags: ApplyFlags): Promise<void> {
  const problems = new Problems();
  const question = readQuestion(flags, problems);
  const reason = whyNotAsking("roles apply", flags);
  if (reason !== undefined) problems.add(reason);
  problems.throwIfAny();
  const terminal = new Terminal(flags);
  const { account, inventory } = await lookAtAccount(question, terminal);
  const plan = planRun(inventory.deployment, inventory.observation, new Date(inventory.observedAt));
  if (flags.dryRun) {
    const text = `${planText(inventory, plan, terminal.color)}\nDry run: nothing was changed.`;
    terminal.result({ dryRun: true, ...planJson(inventory, plan) }, text);
    exitWith(EXIT.ok);
  } else if (await isWanted(inventory, plan, flags, terminal)) {
    await applyShown(account, inventory, plan, flags, terminal);
  } else {
    terminal.note("Nothing was changed.");
    exitWith(EXIT.unexpected);
  }
}

/** Shows the plan, and asks when there is something to ask. @throws ConfigError when the answer took too long */
async function isWanted(
  inventory: Inventory,
  plan: Plan,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<boolean> {
  const text = planText(inventory, plan, terminal.noteColor);
  if (flags.yes || plan.actions.length === 0) {
    terminal.note(`${text}\n`);
    return true;
  }
  const isConsent = await confirm(text, `Do ${formatCounted(plan.actions.length, "action")}?`);
  if (isConsent && Date.now() - Date.parse(inventory.observedAt) > PLAN_LASTS_MS) {
    throw new ConfigError(
      `The plan of ${inventory.observedAt} is older than ${PLAN_LASTS_MS / 60_000} minutes, and the account may be another by now; nothing was changed, run the command again`,
    );
  }
  return isConsent;
}

/** Does the actions of this plan and no others. */
async function applyShown(
  account: OpenAccount,
  inventory: Inventory,
  plan: Plan,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<void> {
  const signals = listenForStop(GRACE_MILLISECONDS, (signal) =>
    terminal.note(`${signal}: finishing the action in hand; once more to give it up`),
  );
  signals.abort.addEventListener("abort", () => giveUp(terminal, signals));
  const { observation } = inventory;
  const startedAt = new Date(inventory.observedAt);
  try {
    const ports = applyPorts(account, flags, terminal, signals);
    const planned = { startedAt, observation, plan };
    const report = await carryOut(account.deployment, planned, ports, (outcome) =>
      terminal.note(outcomeLine(reportAction(outcome), terminal.noteColor)),
    );
    terminal.result(report, reportText(report, terminal.color));
    exitWith(signals.exitCode() ?? (isAsWanted(report) ? EXIT.ok : EXIT.unexpected));
  } finally {
    signals.release();
  }
}

/** The action in hand may be half done; the next run finishes it, as it would after a crash of the Lambda. */
function giveUp(terminal: Terminal, signals: StopSignals): void {
  terminal.note("Given up; roles plan shows what is left to do");
  process.exit(signals.exitCode());
}

function applyPorts(
  account: OpenAccount,
  flags: ApplyFlags,
  terminal: Terminal,
  signals: StopSignals,
): Ports {
  return {
    ...account.ports,
    reports: flags.report ? keptReports(account, terminal) : { write: nothing, remove: nothing },
    log: () => {},
    now: () => new Date(),
    sleep,
    hasTime: () => !signals.stop.aborted,
  };
}

async function nothing(): Promise<void> {}

/** Where the Lambdas keep theirs. A caller who may change roles need not be one who may write to the bucket. */
function keptReports({ deployment }: OpenAccount, terminal: Terminal): ReportStore {
  const store = openReportStore(deployment.regions[0] ?? "", deployment.bucket);
  const place = `s3://${deployment.bucket}/${RECONCILE_REPORT_KEY}`;
  return {
    ...store,
    async write(report) {
      try {
        await store.write(report);
      } catch (error) {
        const warning = terminal.noteColor.yellow("warning:");
        terminal.note(
          `${warning} cannot keep the report at ${place}: ${reasonOf(error)}; --no-report leaves it out`,
        );
      }
    },
  };
}
