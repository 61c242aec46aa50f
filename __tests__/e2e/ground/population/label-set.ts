/** A series' labels by name. */
export type LabelSet = Readonly<Record<string, string>>;

const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n" };

/** Reads the text between a series' braces. */
export function parseLabels(text: string): LabelSet {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [
      name,
      value.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character),
    ]),
  );
}

/** The labels but for the named and the empty ones, in one order: the same for the same series. */
export function labelKey(labels: LabelSet, without: readonly string[]): string {
  return Object.entries(labels)
    .filter(([name, value]) => value !== "" && !without.includes(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .sort()
    .join(",");
}
