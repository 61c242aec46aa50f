import type { SchemaElement } from "hyparquet";
import type { Column, Dataset } from "../../contract/datasets/column.ts";
import { schemaId } from "../../contract/datasets/index.ts";
import { isoSeconds, type Hour } from "../../contract/hours.ts";

/** Name and version of what writes the files; a change of it may change bytes. */
export const WRITER = "container-insights/0.2.0";

/** Snappy is compressed by WebAssembly: the same bytes on every runtime. */
export const CODEC = "SNAPPY";

/** What a file's metadata says about it, by key. Holds no clock and no run id: the same rows give the same bytes. */
export const METADATA_KEY = {
  schema: "container-insights:schema",
  dataset: "container-insights:dataset",
  version: "container-insights:version",
  clusterArn: "container-insights:cluster-arn",
  hour: "container-insights:hour",
  codec: "container-insights:codec",
  writer: "container-insights:writer",
} as const;

/** What a file is about. */
export interface FileSubject {
  readonly dataset: Dataset;
  readonly clusterArn: string;
  readonly hour: Hour;
}

/** Key-value metadata of the file of a dataset-hour. */
export function fileMetadata({ dataset, clusterArn, hour }: FileSubject): { key: string; value: string }[] {
  return [
    { key: METADATA_KEY.schema, value: schemaId(dataset) },
    { key: METADATA_KEY.dataset, value: dataset.name },
    { key: METADATA_KEY.version, value: String(dataset.version) },
    { key: METADATA_KEY.clusterArn, value: clusterArn },
    { key: METADATA_KEY.hour, value: isoSeconds(hour) },
    { key: METADATA_KEY.codec, value: CODEC },
    { key: METADATA_KEY.writer, value: WRITER },
  ];
}

/** Parquet schema of a dataset, column by column in the dictionary's order. */
export function parquetSchema(dataset: Dataset): SchemaElement[] {
  return [{ name: "root", num_children: dataset.columns.length }, ...dataset.columns.map(schemaElement)];
}

function schemaElement(column: Column): SchemaElement {
  const { name } = column;
  const repetition_type = column.nullable ? "OPTIONAL" : "REQUIRED";
  switch (column.type) {
    case "string":
      return {
        name,
        type: "BYTE_ARRAY",
        converted_type: "UTF8",
        logical_type: { type: "STRING" },
        repetition_type,
      };
    case "double":
      return { name, type: "DOUBLE", repetition_type };
    case "int64":
      return { name, type: "INT64", repetition_type };
    case "boolean":
      return { name, type: "BOOLEAN", repetition_type };
    case "timestamp":
      // Without the older converted type: parquetjs-lite cannot open a file that has it, and reads a bigint so.
      return {
        name,
        type: "INT64",
        logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
        repetition_type,
      };
  }
}
