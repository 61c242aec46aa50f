import type { Column, Dataset } from "../contract/datasets/column.ts";
import { DATASETS, schemaId } from "../contract/datasets/index.ts";
import { dataKey, manifestKey } from "../contract/object-keys.ts";
import { coverageSections } from "./metric-coverage.ts";

/** Where a column's value comes from, in words: a PromQL query, an OpenCost field, a rule. */
export function describeSource(column: Column, dataset: Dataset): string {
  const { source } = column;
  switch (source.from) {
    case "run":
      return source.value === "hour_start" ? "the exported hour" : "--cluster-arn";
    case "opencost":
      return `OpenCost \`${source.field}\``;
    case "derived":
      return source.rule;
    case "object":
      return describeObject(source, dataset);
    case "prometheus": {
      const query = dataset.queries.find(({ id }) => id === source.query);
      const where = Object.entries(source.where ?? {}).map(([label, value]) => `${label}=${value}`);
      const picked = where.length > 0 ? `, where ${where.join(", ")}` : "";
      const taken = source.label === undefined ? "" : `, label ${source.label}`;
      const also = source.alsoQueries ? ` and ${source.alsoQueries.length} more, by kind` : "";
      return `\`${query?.promql ?? source.query}\`${picked}${taken}${also}`;
    }
  }
}

function describeObject(source: Extract<Column["source"], { from: "object" }>, dataset: Dataset): string {
  const query = dataset.queries.find(({ id }) => id === source.query);
  const fallback = query ? `; else \`${query.promql}\`` : "";
  return `Kubernetes API, metadata of ${source.kind}${fallback}`;
}

const TYPE_WORDS = {
  string: "string",
  double: "double",
  int64: "int64",
  boolean: "boolean",
  timestamp: "timestamp (ms, UTC)",
} as const;

/**
 * The data dictionary as Markdown: the text of `docs/data-dictionary.md`, and what `schema --markdown` prints.
 * A pure function of the datasets, so that a test can compare the file with it.
 */
export function dataDictionary(datasets: readonly Dataset[]): string {
  const at = { dataset: "<dataset>", hour: 0 };
  const data = dataKey(at, 1).replace("v=1/date=1970-01-01/00", "v=<version>/date=YYYY-MM-DD/<HH>");
  const manifest = manifestKey(at).replace("date=1970-01-01/00", "date=YYYY-MM-DD/<HH>");
  return [
    "# Data dictionary",
    "",
    "Generated from `contract/datasets/`; do not edit. `container-insights schema` prints the same.",
    "",
    `Below a cluster's prefix \`<key prefix>/cluster=<account>.<region>.<name>/\` a dataset's hour is \`${data}\`, ` +
      `and it is complete when \`${manifest}\` exists. Hours are UTC, half-open, and closed. ` +
      "Every file is Parquet with Snappy; a nullable column is null where the value is not known.",
    "",
    ...datasets.flatMap(datasetSection),
    // Of some datasets, the table would name what the others have as missing.
    ...(datasets.length === DATASETS.length ? coverageSections(datasets) : []),
  ].join("\n");
}

function datasetSection(dataset: Dataset): string[] {
  return [
    `## ${dataset.name}`,
    "",
    `${dataset.grain}. Schema \`${schemaId(dataset)}\`. Unique by ${dataset.key.map(code).join(", ")} ` +
      "within cluster and hour.",
    "",
    "| Column | Type | Unit | Null | Meaning | Source |",
    "| --- | --- | --- | --- | --- | --- |",
    ...dataset.columns.map((column) => row(columnCells(column, dataset))),
    "",
    `The manifest keeps the sums of ${dataset.totals.map(code).join(", ")}.`,
    "",
  ];
}

function columnCells(column: Column, dataset: Dataset): string[] {
  return [
    code(column.name),
    TYPE_WORDS[column.type],
    column.unit ?? "",
    column.nullable ? "yes" : "no",
    prose(column.meaning),
    column.source.from === "derived" ? prose(column.source.rule) : describeSource(column, dataset),
  ];
}

/** Text in which nothing is meant as HTML or as emphasis. */
function prose(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("__", "\\_\\_");
}

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}
