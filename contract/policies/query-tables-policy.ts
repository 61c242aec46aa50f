import type { PolicyStatement } from "../policy-document.ts";

export interface QueryTablesScope {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  /** Glue database of the tables. */
  readonly database: string;
  readonly tables: readonly string[];
}

/**
 * What keeps the tables' lists of clusters. Glue asks of a request on a table for its catalog and its database as well
 * (https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html).
 */
export function queryTablesStatements(scope: QueryTablesScope): PolicyStatement[] {
  const { partition, account, region, database, tables } = scope;
  const glue = `arn:${partition}:glue:${region}:${account}`;
  return [
    {
      Sid: "KeepClusterLists",
      Effect: "Allow",
      Action: ["glue:GetTable", "glue:UpdateTable"],
      Resource: [
        `${glue}:catalog`,
        `${glue}:database/${database}`,
        ...tables.map((table) => `${glue}:table/${database}/${table}`),
      ],
    },
  ];
}
