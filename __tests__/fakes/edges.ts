import type { Dataset, Row } from "../../contract/datasets/column.ts";
import { CLUSTER_ARN, datasetNamed, TEN } from "./hours.ts";

/** The columns that every row has. */
export const RUN = { hour_start: TEN * 1000, cluster_arn: CLUSTER_ARN };

/** One column of every type, with the values that break writers. */
export const EDGES: Dataset = {
  name: "edges",
  version: 3,
  grain: "A value",
  key: ["id"],
  columns: [
    ...datasetNamed("allocation").columns.slice(0, 2),
    column("id", "int64", false),
    column("text", "string", true),
    column("number", "double", true),
    column("whole", "int64", true),
    column("flag", "boolean", true),
    column("instant", "timestamp", true),
  ],
  queries: [],
  totals: ["number", "whole"],
};

function column(name: string, type: Dataset["columns"][number]["type"], nullable: boolean) {
  return { name, type, nullable, source: { from: "derived", rule: "" }, meaning: "" } as const;
}

const TEXTS = [
  "",
  "ascii",
  "zwölf",
  "日本語",
  "👩‍👩‍👧‍👦",
  "a\u0000b",
  "عربى",
  "Ａ",
  '{"k":"v"}',
  "x".repeat(100_000),
];
const NUMBERS = [0, -0, Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 0.1 + 0.2];
const WHOLES = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n];
const INSTANTS = [0, -1, Date.UTC(1969, 11, 31), TEN * 1000 + 1, 253402300799999];

/** Rows with every edge value in turn, and null in each nullable column. */
export function edgeRows(): Row[] {
  return Array.from({ length: 80 }, (_, index) => ({
    ...RUN,
    id: BigInt(index),
    text: index % 11 === 10 ? null : (TEXTS[index % 11] ?? null),
    number: index % 9 === 8 ? null : (NUMBERS[index % 9] ?? null),
    whole: index % 6 === 5 ? null : (WHOLES[index % 6] ?? null),
    flag: index % 3 === 2 ? null : index % 3 === 0,
    instant: index % 6 === 5 ? null : (INSTANTS[index % 6] ?? null),
  }));
}
