/** A value of a query's result as text for people: times in UTC, numbers to seven digits. */
export function showCell(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(shorten(value));
  return toText(value).replaceAll("\n", " ");
}

function shorten(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(7)) : value;
}

/** The same for machines: every digit, null as nothing. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (typeof value === "object") return JSON.stringify(value, (_key, item: unknown) => inObject(item));
  return String(value);
}

function inObject(item: unknown): unknown {
  return typeof item === "bigint" ? String(item) : item;
}

/** A line of CSV (RFC 4180). */
export function toCsvLine(values: readonly unknown[]): string {
  return values
    .map(toText)
    .map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
    .join(",");
}
