import type { TerraformVariableConfig } from "cdktf";
import { DEFAULT_FIRST_DATE } from "../../contract/query-tables.ts";
import { flag, text } from "./kinds.ts";

/** How the data is queried where it is. */
export const QUERY_VARIABLES = {
  create_query_tables: flag(
    "Whether there is a Glue database with a table for each dataset, for Athena and Trino. Destroying it takes what others put into that database along.",
    true,
  ),
  query_start_date: text(
    `First day that the tables show, such as "2026-11-01"; empty: ${DEFAULT_FIRST_DATE}. A query without a date looks into every day from it on.`,
    "",
    {
      // timeadd knows the calendar; it refuses 2026-02-30.
      condition:
        'var.query_start_date == "" || (can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.query_start_date)) && can(timeadd("${var.query_start_date}T00:00:00Z", "0s")))',
      errorMessage:
        'query_start_date is "${var.query_start_date}"; give a day of the calendar as YYYY-MM-DD, or leave it empty.',
    },
  ),
} satisfies Record<string, TerraformVariableConfig>;
