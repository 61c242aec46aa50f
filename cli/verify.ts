import type { Command } from "commander";
import { DATASETS } from "../contract/datasets/index.ts";
import { hourOf, isoSeconds } from "../contract/hours.ts";
import type { HourProof } from "../agent-src/export/against-sources/proof.ts";
import { verifyAgainstSources } from "../agent-src/export/against-sources/verify-hours.ts";
import { connect, type SourceSettings } from "../agent-src/export/hourly.ts";
import { describeWindow } from "../agent-src/export/plan.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import { verifySink, type VerifyReport, type VerifySettings } from "../agent-src/export/verify.ts";
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
import { Problems } from "./problems.ts";
import { addSourceFlags, readSources, type SourceFlags } from "./source-flags.ts";
import { adviceFor } from "./verify-advice.ts";
import { describeProof, proofJson } from "./verify-proofs.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface VerifyFlags extends SinkFlags, SourceFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly datasets?: string;
  readonly againstSources?: boolean;
}

const EXAMPLES = `
Examples:
  # every committed hour, and the gaps between them
  $ npx container-insights verify --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights

  # for a monitor: is a day there, and sound? The newest hour may not have been exported yet
  $ npx container-insights verify … --from -25h --until -1h --json

  # is it also what the sources say? Sums, running containers, and the cost recomputed from Prometheus' data
  $ npx container-insights verify … --against-sources --from -3h \\
      --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003
`;

/** Adds `container-insights verify`. */
export function registerVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("compare manifests, files and their contents: gaps, damage, wrong counts and sums");
  addSinkFlags(command, "the EKS cluster");
  addWindowFlags(command, "oldest to newest committed hour")
    .addOption(
      flag("--datasets <list>", "comma list of datasets (default: all; samples where there are any)"),
    )
    .addOption(
      flag(
        "--against-sources",
        "also hold the files to Prometheus and OpenCost: sums, running containers, cost recomputed",
      ),
    );
  addSourceFlags(command)
    .addHelpText("after", EXAMPLES)
    .action(async () => verify(command.optsWithGlobals<VerifyFlags>()));
}

async function verify(flags: VerifyFlags): Promise<void> {
  const problems = new Problems();
  const { sink, cluster } = readSink(flags, problems, "required");
  const datasets = problems.attempt(() => readDatasets(flags.datasets));
  const isDefault = flags.from === undefined && flags.until === undefined;
  const window = isDefault ? undefined : readWindow(flags, 0, problems);
  const sources = flags.againstSources ? readSources(flags, [], problems) : undefined;
  problems.throwIfAny();
  if (!sink || !cluster || !datasets) throw new Error("flags were refused without a reason");

  const terminal = new Terminal(flags);
  const notice = (text: string): void => terminal.note(`${terminal.noteColor.yellow("notice:")} ${text}`);
  window?.notices.forEach(notice);
  // Not every cluster has the job of the raw samples.
  const settings = {
    clusterArn: cluster.arn,
    datasets,
    optionalDatasets: flags.datasets ? [] : DATASETS.filter((one) => !datasets.includes(one)),
    ...(window ? { window } : {}),
  };
  const report = await verifySink(settings, sink);
  const proofs = sources && (await prove(report, { ...settings, sink, sources, notice }));
  const whole = {
    ...report,
    findings: [...report.findings, ...(proofs ?? []).flatMap((one) => one.findings)],
  };
  const isEmpty = report.hours === 0;
  terminal.result(toJson(whole, proofs, sink.url), describe(whole, proofs, sink.url, terminal));
  exitWith(whole.findings.length > 0 || isEmpty ? EXIT.findings : EXIT.ok);
}

interface ProofRun extends VerifySettings {
  readonly sink: Sink;
  readonly sources: SourceSettings;
  readonly notice: (text: string) => void;
}

async function prove(report: VerifyReport, run: ProofRun): Promise<HourProof[]> {
  const { sources, notice, clusterArn, datasets } = run;
  if (sources.openCostUrl === undefined)
    notice("without --opencost-url the sums are not compared with OpenCost's answer");
  const jobs = {
    kubeStateMetricsJob: sources.kubeStateMetricsJob,
    ...(sources.cadvisorJob === undefined ? {} : { cadvisorJob: sources.cadvisorJob }),
    ...(sources.matchers ? { matchers: sources.matchers } : {}),
  };
  const proofs: HourProof[] = [];
  const against = {
    sources: connect({ ...sources, onRetry: notice }),
    jobs,
    openCostCluster: sources.openCostCluster,
    clusterArn,
    datasets,
    signal: new AbortController().signal,
    warn: notice,
  };
  for await (const proof of verifyAgainstSources(report, run.sink, against)) proofs.push(proof);
  return proofs;
}

function describe(
  report: VerifyReport,
  proofs: readonly HourProof[] | undefined,
  url: string,
  { color }: Terminal,
): string {
  if (report.hours === 0 && report.findings.length === 0) {
    return `${color.red("✗")} There is no committed hour in ${url}; check --sink, --cluster-arn and --key-prefix.`;
  }
  const lines = report.findings.map(
    (finding) =>
      `${color.red("✗")} ${findingSubject(finding)}  ${color.bold(finding.problem)}  ${finding.key}: ${finding.detail}`,
  );
  for (const text of adviceFor(report.findings)) lines.push(text);
  for (const text of report.simulated) lines.push(color.yellow(`The data is no measurement: ${text}`));
  for (const proof of proofs ?? []) {
    const mark = proof.findings.length === 0 ? color.green("✓") : color.red("✗");
    lines.push(`${mark} ${describeProof(proof)}`);
  }
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

function toJson(report: VerifyReport, proofs: readonly HourProof[] | undefined, url: string): object {
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
    ...(proofs ? { againstSources: proofs.map(proofJson) } : {}),
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
