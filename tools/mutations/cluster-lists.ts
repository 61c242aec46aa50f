import type { Mutation } from "./mutation.ts";
import { testsOf } from "./named-tests.ts";

const inTables = { file: "lambda-src/reconcile/query-tables.ts" };
const list = (name: string) => testsOf("lambda-src/query-tables")(`a table's list of clusters ${name}`);

/** What keeps the query tables' lists of clusters complete. */
export const CLUSTER_LIST_MUTATIONS: readonly Mutation[] = [
  {
    name: "cluster list: only grows",
    ...inTables,
    find: "...[...listed].map((value) => value.trim()), ...missing",
    replace: "...missing",
    test: list("only grows: a cluster that is gone stays"),
  },
  {
    name: "cluster list: nothing is cut at Glue's limit",
    ...inTables,
    find: "if (length > MAX_PROPERTY_LENGTH) {",
    replace: "if (false) {",
    test: list("loses nothing at Glue's limit: queries name their clusters, and somebody is told"),
  },
  {
    name: "cluster list: no enum without values",
    ...inTables,
    find: 'all.size === 0 ? "injected" : "enum"',
    replace: '"enum"',
    test: list("is not begun without a cluster: Athena refuses an enum without values"),
  },
];
