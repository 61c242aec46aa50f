import { GlueCatalogDatabase } from "@cdktf/provider-aws/lib/glue-catalog-database/index.js";
import { GlueCatalogTable } from "@cdktf/provider-aws/lib/glue-catalog-table/index.js";
import { TerraformLocal, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { DATASETS } from "../contract/datasets/index.ts";
import {
  CLUSTER_PROJECTION,
  DEFAULT_FIRST_DATE,
  queryTable,
  queryTableName,
  type QueryPlace,
  type QueryTable,
} from "../contract/query-tables.ts";
import type { AccountContext } from "./account-context.ts";
import { countIf, firstOf, withId } from "./terraform-expressions.ts";

// How Hive names what reads and writes Parquet; Athena and Spark know these names and use readers of their own.
const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serDeInfo: {
    serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    parameters: { "serialization.format": "1" },
  },
} as const;

// The role reconciler's. Without Lambdas nobody writes them, and every table stays as it was made.
const KEPT_BY_RECONCILER = Object.values(CLUSTER_PROJECTION).map((property) => `parameters["${property}"]`);

/** `queryDatabaseName` of contract/names.ts, as an expression that is known at plan. */
export const QUERY_DATABASE = "${local.query_database}";

/** Names of the tables in it. */
export const QUERY_TABLES: readonly string[] = DATASETS.map(queryTableName);

/** A Glue database with one table for each dataset. Nothing registers partitions: where they are is computed. */
export class AccountTables extends Construct {
  readonly database: GlueCatalogDatabase;
  /** What has to exist before a Lambda looks for it. */
  readonly needed: readonly TerraformResource[];

  constructor(scope: Construct, id: string, context: AccountContext) {
    super(scope, id);
    const database = new TerraformLocal(this, "database-name", '${replace(var.name_prefix, "-", "_")}');
    withId(database, "query_database");
    this.database = withId(
      new GlueCatalogDatabase(this, "database", {
        count: countIf("var.create_query_tables"),
        name: QUERY_DATABASE,
        description: "Container insights data",
        tags: context.tags,
      }),
      "data",
    );
    const place: QueryPlace = {
      bucket: context.names.bucket,
      dataPrefix: context.dataPrefix,
      firstDate: addFirstDate(this),
      // Two dollar signs: for Athena to replace, not for Terraform.
      placeholder: (partition) => `$\${${partition}}`,
    };
    this.needed = DATASETS.map((dataset) => this.#addTable(queryTable(dataset, place)));
  }

  #addTable(table: QueryTable): GlueCatalogTable {
    return withId(
      new GlueCatalogTable(this, table.name, {
        count: countIf("var.create_query_tables"),
        databaseName: firstOf(this.database, "name"),
        name: table.name,
        description: table.description,
        tableType: "EXTERNAL_TABLE",
        parameters: { ...table.parameters },
        partitionKeys: [...table.partitionKeys],
        storageDescriptor: { ...PARQUET, location: table.location, columns: [...table.columns] },
        lifecycle: { ignoreChanges: KEPT_BY_RECONCILER },
      }),
      table.name,
    );
  }
}

function addFirstDate(scope: Construct): string {
  const expression = `\${var.query_start_date == "" ? "${DEFAULT_FIRST_DATE}" : var.query_start_date}`;
  return withId(new TerraformLocal(scope, "first-date", expression), "query_first_date").asString;
}
