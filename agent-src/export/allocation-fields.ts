import type { CellValue, Column } from "../../contract/datasets/column.ts";

/** One allocation as OpenCost answered it. */
export type Allocation = Readonly<Record<string, unknown>>;

/** Reads one column's value out of an allocation. */
export type ReadField = (allocation: Allocation) => CellValue;

/**
 * How to read a column whose source is an OpenCost field. Absent, null and empty all become null, as OpenCost uses
 * all three for "none"; JSON columns become compact text with sorted keys; instants become milliseconds.
 * The reader throws an Error that names the field when the value has another type than the dictionary says.
 */
export function fieldReader(column: Column): ReadField {
  const { source } = column;
  if (source.from !== "opencost") throw new Error(`column "${column.name}" does not come from OpenCost`);
  const path = source.field.split(".");
  const convert = CONVERTERS[column.unit === "JSON" ? "json" : column.type];
  return (allocation) => {
    const value = fieldAt(allocation, path);
    if (value === undefined || value === null) return null;
    const cell = convert(value);
    if (cell === undefined) {
      throw new Error(
        `OpenCost's "${source.field}" is ${JSON.stringify(value)?.slice(0, 60)}, expected ${column.type}`,
      );
    }
    return cell;
  };
}

/** The value at a path of property names; undefined when any of them is missing. */
export function fieldAt(allocation: Allocation, path: readonly string[]): unknown {
  let value: unknown = allocation;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** undefined: the value is not of that type. */
type Convert = (value: unknown) => CellValue | undefined;

const CONVERTERS: Readonly<Record<Column["type"] | "json", Convert>> = {
  string: (value) => (typeof value === "string" ? value || null : undefined),
  double: (value) => (typeof value === "number" ? value : undefined),
  int64: (value) => (typeof value === "number" && Number.isSafeInteger(value) ? value : undefined),
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  timestamp: parseInstant,
  json: (value) => stableJson(value),
};

function parseInstant(value: unknown): number | undefined {
  const milliseconds = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** Compact JSON with the keys of every object sorted, so that equal values are equal text; null for an empty one. */
export function stableJson(value: unknown): string | null {
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return null;
  return JSON.stringify(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]));
}
