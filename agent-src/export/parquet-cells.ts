import type { CellValue, Column, Dataset, Row } from "../../contract/datasets/column.ts";

/** Says what of a row the dictionary cannot hold. */
export class RowRefusals {
  readonly #dataset: Dataset;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(dataset: Dataset) {
    this.#dataset = dataset;
    this.#columns = new Map(dataset.columns.map((column) => [column.name, column]));
  }

  /**
   * Looks at the names of some cells of a row.
   * @throws Error naming dataset, column, value and row when the dictionary does not have one
   */
  checkNames(cells: object, row: () => Row, index: number): void {
    for (const name in cells) {
      if (!this.#columns.has(name)) {
        throw this.#refusal(row(), index, name, "which the dictionary does not have");
      }
    }
  }

  /** The error about a value that does not fit its column. */
  ofValue(row: Row, index: number, name: string): Error {
    const column = this.#columns.get(name);
    return this.#refusal(row, index, name, `expected ${column ? expected(column) : "nothing"}`);
  }

  #refusal(row: Row, index: number, name: string, reason: string): Error {
    const key = this.#dataset.key.map((part) => `${part}=${show(row[part])}`).join(", ");
    return new Error(
      `Dataset "${this.#dataset.name}" cannot hold ${show(row[name])} in column "${name}": ${reason} (row ${index}: ${key})`,
    );
  }
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
