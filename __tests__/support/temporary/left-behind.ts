import { readdirSync } from "node:fs";

/** What runtimes keep for the next start, on purpose: transformed sources of tsx, compiled code of Node. */
const KEPT = /^(tsx-\d+|node-compile-cache)$/;

/** Names of what was left in a temporary directory, with what lies in each; empty when all was removed. */
export function leftBehind(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => !KEPT.test(name))
    .map((entry) => {
      const inside = entry.isDirectory() ? readdirSync(`${directory}/${entry.name}`).slice(0, 3) : [];
      return inside.length > 0 ? `${entry.name} (${inside.join(", ")})` : entry.name;
    })
    .sort();
}
