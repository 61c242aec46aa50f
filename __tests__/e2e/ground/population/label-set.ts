/** A series' labels by name. */
export type LabelSet = Readonly<Record<string, string>>;

/** The labels but for the named and the empty ones, in one order: the same for the same series. */
export function labelKey(labels: LabelSet, without: readonly string[]): string {
  return Object.entries(labels)
    .filter(([name, value]) => value !== "" && !without.includes(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .sort()
    .join(",");
}
