import type { TrueRow } from "../../export/differences.ts";

/** What a dataset's file of one hour must hold: rows by their key, every column of the dictionary in each. */
export type ExpectedRows = Map<string, TrueRow>;

/** Columns that every row begins with. */
export type RunColumns = Readonly<Record<"hour_start" | "cluster_arn", number | string>>;

/** The key of a row, as text, from its key's columns. */
export function keyText(row: Readonly<Record<string, unknown>>, key: readonly string[]): string {
  return key.map((column) => String(row[column] ?? "")).join("/");
}

/** Rows by key. @throws Error when the plan itself has a key twice */
export function byKey(rows: readonly TrueRow[], key: readonly string[]): ExpectedRows {
  const found: ExpectedRows = new Map();
  for (const row of rows) {
    const text = keyText(row, key);
    if (found.has(text)) throw new Error(`the plan has "${text}" twice`);
    found.set(text, row);
  }
  return found;
}

/** Labels as the files have them where kube-state-metrics is asked: sanitised keys, sorted. */
export function labelColumnsOf(labels: Readonly<Record<string, string>>): TrueRow {
  const sanitised = Object.entries(labels).map(([key, value]) => [key.replace(/[^a-zA-Z0-9_]/g, "_"), value]);
  return {
    labels: JSON.stringify(Object.fromEntries(sanitised.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)))),
    labels_source: "kube-state-metrics",
  };
}

/** Seconds in each state: all of them in one. */
export function secondsIn(
  states: readonly string[],
  current: string,
  seconds: number,
): Record<string, number> {
  return Object.fromEntries(states.map((state) => [`${state}_seconds`, state === current ? seconds : 0]));
}
