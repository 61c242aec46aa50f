import { reasonOf } from "../aws-errors.ts";
import type { Ports, QueryTables } from "./ports.ts";
import type { ClusterList, ListPlan } from "./query-tables.ts";

/** What became of the query tables' lists of clusters. Tables are named as in SQL: `<database>.<table>`. */
export interface QueryTablesOutcome {
  readonly updated: readonly string[];
  /** Not started, because time ran short. */
  readonly skipped: readonly string[];
  /** One line each. */
  readonly problems: readonly string[];
}

/**
 * Does with every table's list what `plan` says of the present one. A failure is a line of the outcome and stops
 * nothing else. Undefined where the deployment has no tables.
 */
export async function applyToTables(
  { queryTables, hasTime }: Pick<Ports, "queryTables" | "hasTime">,
  plan: (present: ClusterList) => ListPlan,
): Promise<QueryTablesOutcome | undefined> {
  if (queryTables === undefined) return undefined;
  const updated: string[] = [];
  const skipped: string[] = [];
  const problems: string[] = [];
  for (const table of queryTables.names) {
    if (!hasTime()) {
      skipped.push(table);
      continue;
    }
    const result = await applyToTable(queryTables, table, plan);
    if (result.updated) updated.push(table);
    if (result.problem !== undefined) problems.push(`Query table "${table}": ${result.problem}`);
  }
  return { updated, skipped, problems };
}

async function applyToTable(
  tables: QueryTables,
  table: string,
  plan: (present: ClusterList) => ListPlan,
): Promise<{ updated: boolean; problem?: string | undefined }> {
  let problem: string | undefined;
  try {
    const result = await tables.changeList(table, (present) => {
      const planned = plan(present);
      problem = planned.problem;
      return planned.list;
    });
    if (result === "missing") problem = "there is none; apply the account stack, which makes it";
    return { updated: result === "changed", problem };
  } catch (error) {
    const advice = "its list of clusters stays as it is, and a cluster that is new is not in it";
    return { updated: false, problem: `it cannot be read or changed: ${reasonOf(error)}; ${advice}` };
  }
}
