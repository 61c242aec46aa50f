import { Command, type Option } from "commander";
import { WRITER } from "../agent-src/export/parquet-schema.ts";
import { EXIT_CODES_HELP } from "./exit-codes.ts";
import { registerExport } from "./export.ts";
import { registerImportBlocks } from "./import-blocks.ts";
import { registerQuery } from "./query.ts";
import { registerReport } from "./report.ts";
import { registerRoles } from "./roles.ts";
import { registerSchema } from "./schema.ts";
import { registerVerify } from "./verify.ts";

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

/** The command line, one command a file. */
export function createProgram(): Command {
  const program = new Command("container-insights")
    .description("Container cost and usage of EKS clusters as hourly Parquet in your own bucket or folder")
    .version(WRITER.slice(WRITER.indexOf("/") + 1))
    .option("--json", "one JSON object on stdout; progress stays on stderr")
    .option("--quiet", "no progress and no notices")
    .option("--debug", "stack traces of errors")
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
    .showSuggestionAfterError()
    .addHelpText("after", `${EXAMPLES}\n${EXIT_CODES_HELP}`);
  registerExport(program);
  registerVerify(program);
  registerQuery(program);
  registerReport(program);
  registerSchema(program);
  registerRoles(program);
  registerImportBlocks(program);
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
