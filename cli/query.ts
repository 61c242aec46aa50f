import type { Command } from "commander";
import { DATASETS } from "../contract/datasets/index.ts";
import { SECONDS_PER_HOUR } from "../contract/hours.ts";
import { ConfigError } from "../agent-src/export/errors.ts";
import { describeWindow } from "../agent-src/export/plan.ts";
import { showCell, toCsvLine } from "./cells.ts";
import type { CommittedHour } from "./committed.ts";
import { DamagedDataError } from "./damaged-data-error.ts";
import { openViews, type Views } from "./duckdb-views.ts";
import { formatCount, formatCounted } from "./format.ts";
import { addSinkFlags, addWindowFlags, readSink, readWindow, type SinkFlags } from "./options.ts";
import { Problems } from "./problems.ts";
import { formatTable } from "./table.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface QueryFlags extends SinkFlags, OutputFlags {
  readonly from?: string;
  readonly until?: string;
  readonly csv?: boolean;
}

// More rows than this on a screen help nobody; --csv and --json print all.
const SHOWN_ROWS = 200;

// Idle and unmounted cost have no namespace: without the CASE they would be one row named null.
const EXAMPLE =
  "SELECT CASE row_kind WHEN 'workload' THEN namespace ELSE row_kind END AS namespace, sum(total_cost) AS cost " +
  "FROM allocation GROUP BY 1 ORDER BY cost DESC LIMIT 10";

const EXAMPLES = `
Examples:
  # what can be asked
  $ npx container-insights query --sink file:///tmp/insights

  # cost by namespace
  $ npx container-insights query --sink file:///tmp/insights "${EXAMPLE}"

  # all of a day as CSV
  $ npx container-insights query --sink s3://bucket --cluster-arn arn:… --from 2026-11-22 --until 2026-11-23 --csv "FROM allocation"

The SQL is DuckDB's (https://duckdb.org/docs/sql). Files in S3 are downloaded first, up to 2 GiB; beyond that ask Athena or Trino.
`;

/** Adds `container-insights query`. */
export function registerQuery(program: Command): void {
  const command = program
    .command("query")
    .description("ask the committed hours in SQL; without SQL, show what can be asked")
    .argument("[sql]", "one SQL statement");
  addSinkFlags(command, "one cluster only (default: all in the sink)");
  addWindowFlags(command, "all committed hours")
    .option("--csv", "comma-separated values")
    .addHelpText("after", EXAMPLES)
    .action(async (sql: string | undefined) => query(sql, command.optsWithGlobals<QueryFlags>()));
}

async function query(sql: string | undefined, flags: QueryFlags): Promise<void> {
  const problems = new Problems();
  const { sink, cluster } = readSink(flags, problems, "optional");
  const hasWindow = flags.from !== undefined || flags.until !== undefined;
  const window = hasWindow ? readWindow(flags, 0, problems) : undefined;
  if (flags.csv && flags.json) problems.add("--csv and --json exclude each other; choose one");
  problems.throwIfAny();
  if (!sink) throw new Error("flags were refused without a reason");

  const terminal = new Terminal(flags);
  const views = await openViews(sink, window, { clusterArn: cluster?.arn });
  try {
    const { noteColor } = terminal;
    if (views.committed.length === 0)
      terminal.note(noteColor.yellow(`There is no committed hour in ${sink.url}`));
    if (views.simulated !== undefined) {
      terminal.note(noteColor.yellow(`The data is no measurement: ${views.simulated}`));
    }
    if (sql === undefined || sql.trim() === "") describeViews(views, terminal);
    else await answer(views, sql, flags, terminal);
  } finally {
    await views.close();
  }
}

async function answer(views: Views, sql: string, flags: QueryFlags, terminal: Terminal): Promise<void> {
  const reader = await run(views, sql);
  const names = reader.columnNames();
  if (flags.json) {
    const rows = reader.getRowObjectsJS();
    terminal.result({ columns: names, rows }, "");
    return;
  }
  const rows = reader.getRowsJS();
  if (flags.csv) {
    terminal.result(undefined, [names, ...rows].map(toCsvLine).join("\n"));
    return;
  }
  const columns = names.map((title, index) => ({ title, align: alignment(rows, index) }));
  const shown = rows.slice(0, SHOWN_ROWS).map((row) => row.map(showCell));
  terminal.result(undefined, formatTable(columns, shown, terminal.color.bold));
  if (rows.length > SHOWN_ROWS) {
    const more = formatCount(rows.length - SHOWN_ROWS);
    terminal.note(terminal.noteColor.dim(`… ${more} more rows; --csv or --json prints all`));
  }
}

async function run(views: Views, sql: string) {
  try {
    if (await hasSeveralStatements(views, sql)) {
      throw new ConfigError('The SQL has several statements, and "query" answers one; ask them one by one');
    }
    return await views.connection.runAndReadAll(sql);
  } catch (error) {
    if (error instanceof DamagedDataError || error instanceof ConfigError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    // DuckDB repeats the statement with a caret under it, which one line cannot show.
    const reason = (message.split(/\n+LINE \d+:/)[0] ?? message).split(/\n+/).filter(Boolean).join(" ");
    throw new ConfigError(`The SQL failed: ${reason}`, { cause: error });
  }
}

async function hasSeveralStatements(views: Views, sql: string): Promise<boolean> {
  // SQL that does not parse is none: running it says why.
  if ((await countStatements(views, sql)) <= 1) return false;
  // DuckDB makes several of one PIVOT, too. What is one statement can stand in brackets.
  return (await countStatements(views, `FROM (\n${sql.trim().replace(/;$/, "")}\n)`)) === 0;
}

/** 0 when the SQL does not parse. */
async function countStatements({ connection }: Views, sql: string): Promise<number> {
  try {
    return (await connection.extractStatements(sql)).count;
  } catch {
    return 0;
  }
}

function alignment(rows: readonly (readonly unknown[])[], index: number): "left" | "right" {
  const first = rows.find((row) => row[index] !== null)?.[index];
  return typeof first === "number" || typeof first === "bigint" ? "right" : "left";
}

function describeViews(views: Views, terminal: Terminal): void {
  const { color } = terminal;
  const lines = DATASETS.map((dataset) => {
    const hours = views.committed.filter(({ manifest }) => manifest.dataset === dataset.name);
    const columns = dataset.columns.map(({ name }) => name).join(", ");
    return `${color.bold(dataset.name)}  ${describeHours(hours)}\n  ${dataset.grain}.\n  ${color.dim(columns)}`;
  });
  const json = {
    views: DATASETS.map((dataset) => ({
      name: dataset.name,
      hours: views.committed.filter(({ manifest }) => manifest.dataset === dataset.name).length,
      columns: dataset.columns.map(({ name, type, unit, meaning }) => ({
        name,
        type,
        unit: unit ?? null,
        meaning,
      })),
    })),
    example: EXAMPLE,
  };
  const hours = `${color.bold("hours")}  one row per committed dataset-hour\n  ${color.dim(
    "cluster_arn, dataset, hour_start, row_count, bytes, writer, warnings, simulated, written_at",
  )}`;
  const text = [
    ...lines,
    hours,
    `For example:\n  ${EXAMPLE}`,
    'Units and meanings: "npx container-insights schema"',
  ];
  terminal.result(json, text.join("\n\n"));
}

function describeHours(hours: readonly CommittedHour[]): string {
  const first = hours[0]?.manifest.hourStart;
  const last = hours.at(-1)?.manifest.hourStart;
  if (first === undefined || last === undefined) return "no hours";
  const rows = hours.reduce((sum, { manifest }) => sum + manifest.rows, 0);
  const clusters = new Set(hours.map(({ manifest }) => manifest.clusterArn));
  const span = describeWindow({ from: first, until: last + SECONDS_PER_HOUR }).replace(/ \(.*/, "");
  return `${formatCount(rows)} rows in ${formatCounted(hours.length, "dataset-hour")} of ${[...clusters].join(", ")}, ${span}`;
}
