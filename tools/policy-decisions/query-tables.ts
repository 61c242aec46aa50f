import { DATASETS } from "../../contract/datasets/index.ts";
import { queryTableName } from "../../contract/query-tables.ts";
import type { Allowed, Denial } from "./decision.ts";

const TABLES = DATASETS.map((dataset) => `{query tables}/${queryTableName(dataset)}`);

/** What else could be asked of a table. */
const MORE: readonly Denial[] = [
  ["glue:CreateTable", "Terraform makes the tables"],
  ["glue:DeleteTable", "Terraform deletes the tables"],
  ["glue:CreatePartition", "no partition is registered"],
  ["glue:GetTables", "looks at no other table"],
].map(([action = "", why = ""]) => ({ change: { action }, why }));

function onTables(action: string, why: string): Allowed[] {
  const who = "execution role";
  return [
    ...TABLES.map((resource): Allowed => ({
      who,
      action,
      resource,
      why,
      unless: [
        { change: { resource: "{query tables}/another" }, why: "somebody else's table in the same database" },
        { change: { resource: "{other tables}/allocation_v1" }, why: "a table of another database" },
        { change: { who: "cluster role" }, why: "an agent knows no tables" },
        ...MORE,
      ],
    })),
    {
      who,
      action,
      resource: "{query database}",
      why: "Glue asks for the database of the table as well",
      unless: [
        { change: { resource: "{other database}" }, why: "another database" },
        { change: { action: "glue:UpdateDatabase" }, why: "the database is Terraform's" },
        { change: { action: "glue:DeleteDatabase" }, why: "the database is Terraform's" },
      ],
    },
    {
      who,
      action,
      resource: "{catalog}",
      why: "Glue asks for the catalog of the table as well",
      unless: [
        { change: { action: "glue:CreateDatabase" }, why: "makes no database" },
        { change: { resource: "{catalog elsewhere}" }, why: "another account's catalog" },
      ],
    },
  ];
}

/** What keeps the query tables' lists of clusters. */
export const QUERY_TABLE_DECISIONS: readonly Allowed[] = [
  ...onTables("glue:GetTable", "reads which clusters a table lists"),
  ...onTables("glue:UpdateTable", "adds clusters to a table's list"),
];
