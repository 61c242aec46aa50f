import type { Command } from "commander";
import { DOCTOR_REPORT_KEY } from "../contract/object-keys.ts";
import { CHECKS } from "../agent-src/doctor/checks.ts";
import { doctorReport, type DoctorReport } from "../agent-src/doctor/report.ts";
import { runChecks } from "../agent-src/doctor/run.ts";
import { putRecord } from "../agent-src/export/run-record.ts";
import { describeReport, findingsPrinter } from "./doctor-output.ts";
import {
  openDoctorContext,
  readDoctorRequest,
  type DoctorFlags,
  type DoctorRequest,
} from "./doctor-settings.ts";
import { exitWith, EXIT } from "./exit-codes.ts";
import { addSinkFlags, flag } from "./options.ts";
import { listenForStop } from "./signals.ts";
import { addSourceFlags } from "./source-flags.ts";
import { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  # everything that an export of this cluster needs
  $ npx container-insights doctor --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights

  # in a pod, with the variables of the export: CONTAINER_INSIGHTS_PROMETHEUS_URL, CONTAINER_INSIGHTS_SINK, …
  $ npx container-insights doctor

  # for a monitor; ends with 4 when there is a problem
  $ npx container-insights doctor … --json | jq '.checks[] | select(.level == "problem")'

It writes two small objects below the cluster's _status/ in the sink: doctor-probe.json, to try the sink, and doctor.json,
what it found, so that whoever may read the bucket sees it without access to the cluster. docs/doctor.md has every check.
`;

/** Adds `container-insights doctor`. */
export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check everything an export needs; say for each finding what is wrong and how to fix it");
  addSourceFlags(command);
  addSinkFlags(command, "the EKS cluster; account, region and name come from it")
    .addOption(flag("--datasets <list>", "comma list of datasets to look after (default: all)"))
    .addOption(flag("--settle <duration>", "as the export's; also the limit of clock skew", "120s"))
    .addOption(flag("--until <time>", "look at the hour before this time (default: the newest closed hour)"))
    .addOption(flag("--no-write-status", "do not leave _status/doctor.json in the sink"))
    .addHelpText("after", EXAMPLES)
    .action(async () => examine(command.optsWithGlobals<DoctorFlags>()));
}

async function examine(flags: DoctorFlags): Promise<void> {
  const request = readDoctorRequest(flags);
  const terminal = new Terminal(flags);
  const startedAt = Date.now();
  const signals = listenForStop(0, (signal) => terminal.note(`${signal}: giving up`));
  try {
    const context = openDoctorContext(request, flags, signals.stop);
    const results = await runChecks(CHECKS, context, findingsPrinter(terminal, CHECKS.length));
    terminal.settle();
    const report = doctorReport(request.settings, results, new Date());
    if (flags.writeStatus) await leave(report, request, terminal);
    terminal.result(report, describeReport(report, Date.now() - startedAt, terminal.color));
    exitWith(report.counts.problem > 0 ? EXIT.findings : EXIT.ok);
  } catch (error) {
    const code = signals.exitCode();
    if (code === undefined) throw error;
    terminal.settle();
    exitWith(code);
  } finally {
    signals.release();
  }
}

/** A sink that refuses has its own finding; the report must not be lost for that. */
async function leave(report: DoctorReport, { sink }: DoctorRequest, terminal: Terminal): Promise<void> {
  try {
    await putRecord(sink, DOCTOR_REPORT_KEY, report);
  } catch {
    terminal.note(
      `${terminal.noteColor.yellow("notice:")} ${DOCTOR_REPORT_KEY} could not be written to ${sink.url}`,
    );
  }
}
