import type { CellValue, Column, Dataset, Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import { CLUSTER_ARN } from "../fakes/hours.ts";

/** Rows of any dataset that fit its dictionary, each with a key of its own; the same for the same hour and count. */
export function datasetRows(dataset: Dataset, hour: Hour, count: number): Row[] {
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(dataset.columns.map((column) => [column.name, cell(column, hour, index)])),
  );
}

function cell({ name, type, source, nullable }: Column, hour: Hour, index: number): CellValue {
  if (source.from === "run") return source.value === "hour_start" ? hour * 1000 : CLUSTER_ARN;
  if (nullable && index % 5 === 4) return null;
  switch (type) {
    case "string":
      return `${name}-${index}`;
    case "double":
      return index + ((hour / 3600) % 97) / 8;
    case "int64":
      return BigInt(index);
    case "boolean":
      return index % 2 === 0;
    case "timestamp":
      return (hour + index) * 1000;
    default:
      return null;
  }
}
