import type { CellValue, Column, Dataset, Row } from "../../contract/datasets/column.ts";

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Turns rows into cells in the dictionary's order, and refuses what does not fit it. */
export class RowChecker {
  readonly #dataset: Dataset;
  readonly #names: ReadonlySet<string>;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#names = new Set(dataset.columns.map((column) => column.name));
  }

  /**
   * Cells of `row`; a column that the row lacks is null. Whole numbers and timestamps come out as bigint.
   * @throws Error naming dataset, column, value and row
   */
  cells(row: Row, index: number): CellValue[] {
    for (const name of Object.keys(row)) {
      if (!this.#names.has(name)) throw this.#refusal(row, index, name, "which the dictionary does not have");
    }
    return this.#dataset.columns.map((column) => {
      const value = row[column.name] ?? null;
      const cell = toCell(column, value);
      if (cell === undefined) throw this.#refusal(row, index, column.name, `expected ${expected(column)}`);
      return cell;
    });
  }

  #refusal(row: Row, index: number, name: string, reason: string): Error {
    const key = this.#dataset.key.map((part) => `${part}=${show(row[part])}`).join(", ");
    return new Error(
      `Dataset "${this.#dataset.name}" cannot hold ${show(row[name])} in column "${name}": ${reason} (row ${index}: ${key})`,
    );
  }
}

/** The value as the encoder wants it; undefined when it does not fit. */
function toCell(column: Column, value: CellValue): CellValue | undefined {
  if (value === null) return column.nullable ? null : undefined;
  switch (column.type) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "double":
      return typeof value === "number" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "int64":
    case "timestamp":
      return toInt64(value);
  }
}

function toInt64(value: CellValue): bigint | undefined {
  if (typeof value === "bigint") return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function expected(column: Column): string {
  const words = {
    string: "text",
    double: "a number",
    boolean: "true or false",
    int64: "a bigint of 64 bits or a safe integer",
    timestamp: "whole milliseconds since 1970",
  } as const;
  return column.nullable ? `${words[column.type]} or null` : words[column.type];
}

function show(value: CellValue | undefined): string {
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? "nothing");
}
