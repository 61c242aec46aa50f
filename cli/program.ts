import { Command, type Option } from "commander";
import { WRITER } from "../agent-src/export/parquet-schema.ts";
import { EXIT_CODES_HELP } from "./exit-codes.ts";

type Register = (program: Command) => void;

/** Each command's file, in the order of the help. None is loaded before it is needed: all of them take a second. */
const COMMANDS = new Map<string, () => Promise<Register>>(
  Object.entries({
    export: async () => (await import("./export.ts")).registerExport,
    backfill: async () => (await import("./backfill.ts")).registerBackfill,
    verify: async () => (await import("./verify.ts")).registerVerify,
    doctor: async () => (await import("./doctor.ts")).registerDoctor,
    query: async () => (await import("./query.ts")).registerQuery,
    report: async () => (await import("./report.ts")).registerReport,
    schema: async () => (await import("./schema.ts")).registerSchema,
    roles: async () => (await import("./roles.ts")).registerRoles,
    "import-blocks": async () => (await import("./import-blocks.ts")).registerImportBlocks,
  }),
);

const EXAMPLES = `
Examples:
  $ npx container-insights export --prometheus-url http://127.0.0.1:9090 --opencost-url http://127.0.0.1:9003 \\
      --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights
  $ npx container-insights verify --cluster-arn arn:aws:eks:eu-west-1:123456789012:cluster/prod --sink file:///tmp/insights
  $ npx container-insights query  --sink file:///tmp/insights \\
      "SELECT CASE row_kind WHEN 'workload' THEN namespace ELSE row_kind END AS namespace, sum(total_cost) FROM allocation GROUP BY 1"
  $ npx container-insights report --sink file:///tmp/insights
  $ npx container-insights schema allocation

A flag that takes a value can be given as a variable, too: --sink is CONTAINER_INSIGHTS_SINK.
`;

/**
 * The command line, one command a file.
 * @param args what it is to parse: when a command is named, the program has no other; else, for help and for
 *   suggestions, it has all
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("container-insights")
    .description("Container cost and usage of EKS clusters as hourly Parquet in your own bucket or folder")
    .version(WRITER.slice(WRITER.indexOf("/") + 1))
    .option("--json", "one JSON object on stdout; progress stays on stderr")
    .option("--quiet", "no progress and no notices")
    .option("--debug", "stack traces of errors")
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
    .showSuggestionAfterError()
    .addHelpText("after", `${EXAMPLES}\n${EXIT_CODES_HELP}`);
  const named = COMMANDS.get(args.find((arg) => !arg.startsWith("-")) ?? "");
  for (const load of named ? [named] : COMMANDS.values()) (await load())(program);
  // The exit code and the look of an error are decided in one place, not by commander.
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Without the variable of each flag, which one sentence says for all of them. */
function describeOption({ description, defaultValue }: Option): string {
  return typeof defaultValue === "string" ? `${description} (default: ${defaultValue})` : description;
}
