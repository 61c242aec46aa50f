import type { Column, ColumnType, Dataset } from "../../../contract/datasets/column.ts";

/** How each reader calls the dictionary's types. */
const NAMES: Readonly<Record<ReaderName, Readonly<Record<ColumnType, string>>>> = {
  pyarrow: {
    string: "string",
    double: "double",
    int64: "int64",
    boolean: "bool",
    timestamp: "timestamp[ms, tz=UTC]",
  },
  "duckdb-python": duckdbTypes(),
  "duckdb-node": duckdbTypes(),
  // It does not know the logical type of a timestamp and reads its milliseconds as an integer.
  "parquetjs-lite": {
    string: "UTF8",
    double: "DOUBLE",
    int64: "INT64",
    boolean: "BOOLEAN",
    timestamp: "INT64",
  },
};

/** The independent readers. */
export type ReaderName = "pyarrow" | "duckdb-python" | "duckdb-node" | "parquetjs-lite";

/** Types of a dataset's columns as `reader` has to show them, in the dictionary's order. */
export function expectedTypes(dataset: Dataset, reader: ReaderName): Record<string, string> {
  return Object.fromEntries(
    dataset.columns.map((column: Column) => [column.name, NAMES[reader][column.type]]),
  );
}

function duckdbTypes(): Record<ColumnType, string> {
  return {
    string: "VARCHAR",
    double: "DOUBLE",
    int64: "BIGINT",
    boolean: "BOOLEAN",
    timestamp: "TIMESTAMP WITH TIME ZONE",
  };
}
