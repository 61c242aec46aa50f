/** A row of a result, by column. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs one statement and gives its rows. */
export type RunSql = (statement: string) => Promise<readonly SqlRow[]>;

/** The column as a number; what is null or absent (a sum of nothing) is 0. */
export function numberOf(row: SqlRow, column: string): number {
  return optionalNumberOf(row, column) ?? 0;
}

/** The column as a number; undefined when null, absent or not finite. */
export function optionalNumberOf(row: SqlRow, column: string): number | undefined {
  const value = row[column];
  if (value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** The column as text; null is the empty text. */
export function textOf(row: SqlRow, column: string): string {
  return optionalTextOf(row, column) ?? "";
}

/** The column as text; undefined when null or absent. */
export function optionalTextOf(row: SqlRow, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
}
