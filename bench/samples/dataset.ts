import type { Column, Dataset } from "../../contract/datasets/column.ts";
import { LABEL_NAMES } from "./matrix.ts";

function column(name: string, type: Column["type"], nullable: boolean): Column {
  return {
    name,
    type,
    nullable,
    source: { from: "derived", rule: "of the benchmark" },
    meaning: "of the benchmark",
  };
}

/** Rows of a row group, the same for all writers. */
export const ROW_GROUP = 50_000;

/** Text columns: every label on its own, and all of them as JSON. */
export const TEXT_COLUMNS: readonly string[] = [...LABEL_NAMES, "labels"];

/** Raw samples as rows, for the benchmark only. */
export const samplesDataset: Dataset = {
  name: "samples",
  version: 1,
  grain: "One sample of one series",
  key: ["labels", "ts"],
  columns: [
    column("ts", "timestamp", false),
    column("value", "double", false),
    ...TEXT_COLUMNS.map((name) => column(name, "string", true)),
  ],
  queries: [],
  totals: ["value"],
};
