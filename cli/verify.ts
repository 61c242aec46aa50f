import type { Command } from "commander";
import { hourOf, isoSeconds } from "../contract/hours.ts";
import { describeWindow } from "../agent-src/export/plan.ts";
import { verifySink, type VerifyReport } from "../agent-src/export/verify.ts";
import type { Finding } from "../agent-src/export/verify-hour.ts";
import { exitWith, EXIT } from "./exit-codes.ts";
import { formatBytes, formatCount, formatCounted } from "./format.ts";
import {
  addSinkFlags,
  addWindowFlags,
  flag,
  readDatasets,
  readSink,
  readWindow,
  type SinkFlags,
} from "./options.ts";
import { adviceFor } from "./verify-advice.ts";
import { Problems } from "./problems.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface VerifyFlags extends SinkFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly datasets?: string;
}

const EXAMPLES = `
Examples:
  # every committed hour, and the gaps between them
  $ npx container-insights verify --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights

  # for a monitor: is a day there, and sound? The newest hour may not have been exported yet
  $ npx container-insights verify … --from -25h --until -1h --json
`;

/** Adds `container-insights verify`. */
export function registerVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("compare manifests, files and their contents: gaps, damage, wrong counts and sums");
  addSinkFlags(command, "the EKS cluster");
  addWindowFlags(command, "oldest to newest committed hour")
    .addOption(flag("--datasets <list>", "comma list of datasets (default: all)"))
    .addHelpText("after", EXAMPLES)
    .action(async () => verify(command.optsWithGlobals<VerifyFlags>()));
}

async function verify(flags: VerifyFlags): Promise<void> {
  const problems = new Problems();
  const { sink, cluster } = readSink(flags, problems, "required");
  const datasets = problems.attempt(() => readDatasets(flags.datasets));
  const isDefault = flags.from === undefined && flags.until === undefined;
  const window = isDefault ? undefined : readWindow(flags, 0, problems);
  problems.throwIfAny();
  if (!sink || !cluster || !datasets) throw new Error("flags were refused without a reason");

  const terminal = new Terminal(flags);
  for (const notice of window?.notices ?? []) {
    terminal.note(`${terminal.noteColor.yellow("notice:")} ${notice}`);
  }
  const report = await verifySink({ clusterArn: cluster.arn, datasets, ...(window ? { window } : {}) }, sink);
  const isEmpty = report.hours === 0;
  terminal.result(toJson(report, sink.url), describe(report, sink.url, terminal));
  exitWith(report.findings.length > 0 || isEmpty ? EXIT.findings : EXIT.ok);
}

function describe(report: VerifyReport, url: string, { color }: Terminal): string {
  if (report.hours === 0 && report.findings.length === 0) {
    return `${color.red("✗")} There is no committed hour in ${url}; check --sink, --cluster-arn and --key-prefix.`;
  }
  const lines = report.findings.map(
    (finding) =>
      `${color.red("✗")} ${findingSubject(finding)}  ${color.bold(finding.problem)}  ${finding.key}: ${finding.detail}`,
  );
  for (const text of adviceFor(report.findings)) lines.push(text);
  for (const text of report.simulated) lines.push(color.yellow(`The data is no measurement: ${text}`));
  const count = report.findings.length;
  const found = count === 0 ? "" : `, ${formatCounted(count, "finding")}`;
  const verdict = `${formatCount(report.sound)} of ${formatCounted(report.checked, "dataset-hour")} sound${found}`;
  lines.push(
    `${count === 0 ? color.green(`✓ ${verdict}`) : color.red(`✗ ${verdict}`)}: ${formatCount(report.rows)} rows, ` +
      `${formatBytes(report.bytes)} in ${url}, ${describeWindow(report.window)}`,
  );
  return lines.join("\n");
}

function findingSubject(finding: Finding): string {
  const hour =
    finding.hour === undefined ? "-" : `${isoSeconds(hourOf(finding.hour)).slice(0, 16).replace("T", " ")}Z`;
  return `${hour.padEnd(17)} ${(finding.dataset ?? "-").padEnd(10)}`;
}

function toJson(report: VerifyReport, url: string): object {
  return {
    sink: url,
    from: isoSeconds(report.window.from),
    until: isoSeconds(report.window.until),
    checked: report.checked,
    sound: report.sound,
    datasetHours: report.hours,
    rows: report.rows,
    bytes: report.bytes,
    simulated: report.simulated,
    advice: adviceFor(report.findings),
    findings: report.findings.map(({ problem, dataset, hour, key, detail }) => ({
      problem,
      dataset: dataset ?? null,
      hour: hour === undefined ? null : isoSeconds(hour),
      key,
      detail,
    })),
  };
}
