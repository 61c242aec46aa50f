const NAMES_SHOWN = 5;

/** Fewest single-character edits that make one text the other (Levenshtein). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** How far a name is from what somebody typed; undefined when nobody would mistake one for the other. */
function distance(typed: string, name: string): number | undefined {
  const [left, right] = [typed.toLowerCase(), name.toLowerCase()];
  if (right.includes(left) || left.includes(right)) return 0;
  const edits = editDistance(left, right);
  return edits <= Math.max(2, Math.floor(right.length / 3)) ? edits : undefined;
}

/** Those of `names` that somebody who typed `typed` may have meant, nearest first. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  return [...new Set(names)]
    .flatMap((name) => {
      const edits = distance(typed, name);
      return edits === undefined ? [] : [{ name, edits }];
    })
    .sort((left, right) => left.edits - right.edits || (left.name < right.name ? -1 : 1))
    .slice(0, NAMES_SHOWN)
    .map(({ name }) => name);
}
