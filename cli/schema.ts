import { Option, type Command } from "commander";
import type { Dataset } from "../contract/datasets/column.ts";
import { DATASETS, findDataset, schemaId } from "../contract/datasets/index.ts";
import { ConfigError } from "../agent-src/export/errors.ts";
import { dataDictionary, describeSource } from "./data-dictionary.ts";
import { formatTable } from "./table.ts";
import { Terminal, type OutputFlags } from "./terminal.ts";

interface SchemaFlags extends OutputFlags {
  readonly markdown?: boolean;
  readonly source?: boolean;
}

const EXAMPLES = `
Examples:
  $ npx container-insights schema
  $ npx container-insights schema allocation --source
  $ npx container-insights schema --markdown
`;

/** Adds `container-insights schema`. */
export function registerSchema(program: Command): void {
  const command = program
    .command("schema")
    .description("print the data dictionary: every column with type, unit, meaning and source")
    .argument("[dataset]", `one of ${DATASETS.map(({ name }) => name).join(", ")} (default: all)`)
    .option("--source", "with the PromQL query, OpenCost field or rule of each column")
    .addOption(
      new Option("--markdown", "as Markdown; docs/data-dictionary.md is this text, formatted by prettier"),
    )
    .addHelpText("after", EXAMPLES)
    .action((name: string | undefined) => printSchema(name, command.optsWithGlobals<SchemaFlags>()));
}

function printSchema(name: string | undefined, flags: SchemaFlags): void {
  const datasets = chooseDatasets(name);
  const terminal = new Terminal(flags);
  const text = flags.markdown
    ? dataDictionary(datasets).trimEnd()
    : datasets.map((dataset) => describeDataset(dataset, flags.source ?? false, terminal)).join("\n\n");
  terminal.result({ datasets: datasets.map(toJson) }, text);
}

function chooseDatasets(name: string | undefined): readonly Dataset[] {
  if (name === undefined) return DATASETS;
  const dataset = findDataset(name);
  if (dataset) return [dataset];
  const known = DATASETS.map((each) => each.name).join(", ");
  throw new ConfigError(`There is no dataset "${name}"; choose from ${known}`);
}

function describeDataset(dataset: Dataset, withSource: boolean, { color }: Terminal): string {
  const columns = ["column", "type", "unit", "null", "meaning", ...(withSource ? ["source"] : [])];
  const rows = dataset.columns.map((column) => [
    column.name,
    column.type,
    column.unit ?? "",
    column.nullable ? "yes" : "no",
    column.meaning,
    ...(withSource ? [describeSource(column, dataset)] : []),
  ]);
  const title = `${color.bold(dataset.name)}  ${dataset.grain}`;
  const key = color.dim(`unique by ${dataset.key.join(", ")} within cluster and hour; ${schemaId(dataset)}`);
  const table = formatTable(
    columns.map((column) => ({ title: column })),
    rows,
    color.bold,
  );
  return `${title}\n${key}\n\n${table}`;
}

function toJson(dataset: Dataset): object {
  return {
    name: dataset.name,
    schema: schemaId(dataset),
    version: dataset.version,
    grain: dataset.grain,
    key: dataset.key,
    totals: dataset.totals,
    columns: dataset.columns.map((column) => ({
      name: column.name,
      type: column.type,
      unit: column.unit ?? null,
      nullable: column.nullable,
      meaning: column.meaning,
      source: describeSource(column, dataset),
    })),
  };
}
