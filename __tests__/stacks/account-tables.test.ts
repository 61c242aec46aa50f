import { describe, expect, test } from "@jest/globals";
import { parquetSchema } from "../../agent-src/export/parquet-schema.ts";
import { DATASETS } from "../../contract/datasets/index.ts";
import type { Dataset } from "../../contract/datasets/column.ts";
import { hourFromParts, type Hour } from "../../contract/hours.ts";
import { DEFAULT_NAME_PREFIX, queryDatabaseName } from "../../contract/names.ts";
import { clusterPrefix, dataKey, DEFAULT_KEY_PREFIX } from "../../contract/object-keys.ts";
import { MAX_COMMENT_LENGTH, queryTable, type QueryColumn } from "../../contract/query-tables.ts";
import {
  addressesOf,
  dependenciesOf,
  NAMES,
  resourceOf,
  synthesizeAccount,
  type Block,
} from "../support/account-json.ts";
import { PROD } from "../support/clusters.ts";

const json = synthesizeAccount();
const ids = DATASETS.map(({ name, version }) => `${name}_v${version}`);
const tableOf = ({ name, version }: Dataset): Block =>
  resourceOf(json, `aws_glue_catalog_table.${name}_v${version}`);
const storageOf = (dataset: Dataset): Block => tableOf(dataset)["storage_descriptor"] as Block;
const columnsOf = (dataset: Dataset): QueryColumn[] => storageOf(dataset)["columns"] as QueryColumn[];
const parametersOf = (dataset: Dataset): Record<string, string> =>
  tableOf(dataset)["parameters"] as Record<string, string>;

/** The type of a Parquet column by the name that Hive has for it. */
const HIVE_NAMES: Readonly<Record<string, string>> = {
  "BYTE_ARRAY STRING": "string",
  DOUBLE: "double",
  INT64: "bigint",
  BOOLEAN: "boolean",
  "INT64 TIMESTAMP": "timestamp",
};

describe("the query tables", () => {
  test("are one for each dataset and version, in one database", () => {
    const glue = addressesOf(json).filter((address) => address.startsWith("aws_glue"));
    expect(glue.sort()).toEqual(
      ["aws_glue_catalog_database.data", ...ids.map((id) => `aws_glue_catalog_table.${id}`)].sort(),
    );
    for (const address of glue)
      expect(resourceOf(json, address)["count"]).toBe("${var.create_query_tables ? 1 : 0}");
    for (const dataset of DATASETS)
      expect(tableOf(dataset)).toMatchObject({
        name: `${dataset.name}_v${dataset.version}`,
        database_name: "${aws_glue_catalog_database.data[0].name}",
        table_type: "EXTERNAL_TABLE",
      });
  });

  test("are in a database that is called after the deployment, without hyphens", () => {
    expect(resourceOf(json, "aws_glue_catalog_database.data")).toMatchObject({
      name: "${local.query_database}",
      tags: "${var.tags}",
    });
    expect(json.locals["query_database"]).toBe('${replace(var.name_prefix, "-", "_")}');
    expect(queryDatabaseName(DEFAULT_NAME_PREFIX)).toBe("nops_container_cost");
  });

  test.each(DATASETS)("$name has the columns of its files, in their order and of their types", (dataset) => {
    const [, ...fields] = parquetSchema(dataset);
    const inFiles = fields.map(({ name, type, logical_type }) => {
      const physical = [type, logical_type?.type].filter(Boolean).join(" ");
      return [name.toLowerCase(), HIVE_NAMES[physical]];
    });
    expect(columnsOf(dataset).map(({ name, type }) => [name, type])).toEqual(inFiles);
  });

  test.each(DATASETS)("$name says of each column what it means, and in which unit", (dataset) => {
    columnsOf(dataset).forEach(({ comment }, index) => {
      const { meaning, unit } = dataset.columns[index] ?? { meaning: "", unit: undefined };
      expect(comment).toContain(meaning);
      if (unit !== undefined) expect(comment).toContain(unit);
      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
      // Terraform would take it for an expression.
      expect(comment).not.toMatch(/[$%]\{|\n/);
    });
  });

  test.each(DATASETS)("$name has no column that is called like a partition", (dataset) => {
    const partitions = (tableOf(dataset)["partition_keys"] as QueryColumn[]).map(({ name }) => name);
    expect(partitions).toEqual(["cluster", "date"]);
    for (const { name } of columnsOf(dataset)) expect(partitions).not.toContain(name);
  });

  test.each(DATASETS)("$name reads the objects that the agent writes", (dataset) => {
    const hour = hourFromParts("2026-11-01", "07") as Hour;
    const location = terraform(parametersOf(dataset)["storage.location.template"] ?? "")
      .replace("${cluster}", `${PROD.account}.${PROD.region}.${PROD.name}`)
      .replace("${date}", "2026-11-01");
    const key = `${clusterPrefix(DEFAULT_KEY_PREFIX, PROD)}/${dataKey({ dataset: dataset.name, hour }, dataset.version)}`;
    expect(`${location}07.parquet`).toBe(`s3://${NAMES.bucket}/${key}`);
  });

  test.each(DATASETS)("$name computes its partitions, from the chosen day to today", (dataset) => {
    expect(parametersOf(dataset)).toMatchObject({
      "projection.enabled": "true",
      "projection.cluster.type": "injected",
      "projection.date.type": "date",
      "projection.date.format": "yyyy-MM-dd",
      "projection.date.range": "${local.query_first_date},NOW",
    });
    expect(json.locals["query_first_date"]).toBe(
      '${var.query_start_date == "" ? "NOW-3YEARS" : var.query_start_date}',
    );
  });

  test.each(DATASETS)("$name begins without a list of clusters; who keeps one is left alone", (dataset) => {
    expect(parametersOf(dataset)["projection.cluster.values"]).toBeUndefined();
    expect(tableOf(dataset)["lifecycle"]).toEqual({
      ignore_changes: ['parameters["projection.cluster.type"]', 'parameters["projection.cluster.values"]'],
    });
  });

  test("are there before the apply's Lambda looks for them", () => {
    const needed = dependenciesOf(json, "aws_lambda_invocation.roles");
    for (const id of ids) expect(needed).toContain(`aws_glue_catalog_table.${id}`);
  });

  test("leave Athena's placeholders to Athena", () => {
    const [dataset] = DATASETS;
    if (!dataset) throw new Error("there is no dataset");
    const place = { bucket: "b", dataPrefix: "p/cluster=", firstDate: "2026-11-01" };
    expect(queryTable(dataset, place).parameters["storage.location.template"]).toBe(
      "s3://b/p/cluster=${cluster}/dataset=allocation/v=1/date=${date}/",
    );
    expect(parametersOf(dataset)["storage.location.template"]).toContain("$${cluster}");
  });
});

/** What Terraform makes of a template: references become their values, `$${` becomes `${`. */
function terraform(template: string): string {
  return template
    .replace("${local.bucket_name}", NAMES.bucket)
    .replace("${local.data_prefix}", `${DEFAULT_KEY_PREFIX}/cluster=`)
    .replaceAll("$${", "${");
}
