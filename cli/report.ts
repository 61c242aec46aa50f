import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { isoSeconds, SECONDS_PER_HOUR } from "../contract/hours.ts";
import { parseManifestKey } from "../contract/object-keys.ts";
import { ConfigError } from "../agent-src/export/errors.ts";
import { WRITER } from "../agent-src/export/parquet-schema.ts";
import type { Sink } from "../agent-src/export/sink.ts";
import type { HourRange } from "./committed.ts";
import { openViews } from "./duckdb-views.ts";
import { addSinkFlags, addWindowFlags, flag, readSink, readWindow, type SinkFlags } from "./options.ts";
import { Problems } from "./problems.ts";
import { collectReport } from "./report/collect.ts";
import { renderPage } from "./report/page.ts";
import type { ReportData } from "./report/report-data.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface ReportFlags extends SinkFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly out: string;
}

/** Hours a report is about unless told otherwise: the newest week. */
const DEFAULT_HOURS = 7 * 24;

const EXAMPLES = `
Examples:
  # the newest week of all clusters in a folder
  $ npx container-insights report --sink file:///tmp/insights --out week.html

  # one day of one cluster, from the bucket
  $ npx container-insights report --sink s3://nops-container-cost-123456789012 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --from 2026-11-22 --until 2026-11-23
`;

/** Adds `container-insights report`: one self-contained HTML page about the committed hours. */
export function registerReport(program: Command): void {
  const command = program
    .command("report")
    .description("write one HTML page about cost, efficiency and data quality");
  addSinkFlags(command, "the EKS cluster (default: all clusters of the sink)");
  addWindowFlags(command, "the newest seven days of committed hours")
    .addOption(flag("--out <file>", "where to write the page", "report.html"))
    .addHelpText("after", EXAMPLES)
    .action(async () => report(command.optsWithGlobals<ReportFlags>()));
}

async function report(flags: ReportFlags): Promise<void> {
  const problems = new Problems();
  const { sink, cluster } = readSink(flags, problems, "optional");
  const isDefault = flags.from === undefined && flags.until === undefined;
  const asked = isDefault ? undefined : readWindow(flags, 0, problems);
  problems.throwIfAny();
  if (!sink) throw new Error("flags were refused without a reason");
  const terminal = new Terminal(flags);
  for (const notice of asked?.notices ?? [])
    terminal.note(`${terminal.noteColor.yellow("notice:")} ${notice}`);
  const data = await readReport(sink, asked ?? (await newestHours(sink)), cluster?.arn);
  const path = resolve(flags.out);
  await writePage(path, data);
  terminal.result({ out: path, ...data }, summary(path, data, terminal));
}

/**
 * Everything the page shows about the window, read from the committed files of a sink.
 * @throws ConfigError when the window holds no committed hour
 */
export async function readReport(sink: Sink, window: HourRange, clusterArn?: string): Promise<ReportData> {
  const { from, until } = window;
  const views = await openViews(sink, { from, until }, { clusterArn });
  try {
    if (views.committed.length === 0) throw nothingCommitted(sink, window);
    return await collectReport(
      async (statement) => (await views.connection.runAndReadAll(statement)).getRowObjectsJS(),
      {
        from,
        until,
        manifests: views.committed.map(({ manifest }) => manifest),
        writer: WRITER,
        now: Math.floor(Date.now() / 1000),
      },
    );
  } finally {
    await views.close();
  }
}

async function newestHours(sink: Sink): Promise<HourRange> {
  const hours: number[] = [];
  for await (const { key } of sink.list("")) {
    const at = parseManifestKey(key.replace(/^cluster=[^/]+\//, ""));
    if (at) hours.push(at.hour);
  }
  if (hours.length === 0) throw nothingCommitted(sink);
  const [oldest, newest] = hours.reduce(
    ([low, high], hour) => [Math.min(low, hour), Math.max(high, hour)],
    [Infinity, -Infinity],
  );
  const until = newest + SECONDS_PER_HOUR;
  return { from: Math.max(oldest, until - DEFAULT_HOURS * SECONDS_PER_HOUR), until };
}

function nothingCommitted(sink: Sink, window?: HourRange): ConfigError {
  const where = window ? ` from ${isoSeconds(window.from)} until ${isoSeconds(window.until)}` : "";
  return new ConfigError(
    `There is no committed hour in ${sink.url}${where}; check --sink, --cluster-arn, --key-prefix and the window`,
  );
}

async function writePage(path: string, data: ReportData): Promise<void> {
  try {
    await writeFile(path, renderPage(data));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The report cannot be written to "${path}": ${reason}; choose another --out`, {
      cause,
    });
  }
}

function summary(path: string, data: ReportData, { color }: Terminal): string {
  const { from, until } = data.window;
  const missing = data.quality.gaps.length > 0 ? color.yellow(", with missing hours") : "";
  const simulated = data.simulated.length > 0 ? color.yellow(" (simulated: the page says how)") : "";
  const clusters = `${data.clusters.length} cluster${data.clusters.length === 1 ? "" : "s"}`;
  const cost = `${data.headline.totalCost.toFixed(2)} ${data.currency}`;
  return [
    `${color.green("✓")} ${clusters}, ${isoSeconds(from)} to ${isoSeconds(until)}${missing}: ${color.bold(cost)}${simulated}`,
    `  ${pathToFileURL(path).href}`,
  ].join("\n");
}
