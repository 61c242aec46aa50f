/** A test by its file and its full name: the titles of its describes and its own, joined by blanks. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** One guard turned off, and the test that has to fail then. */
export interface Mutation {
  readonly name: string;
  /** Relative to the project's root. */
  readonly file: string;
  /** Source text that the file has exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly test: NamedTest;
}

/** What happened to a mutation. */
export type Verdict = "killed" | "survived" | "broken";

/** One mutation and what became of it. */
export interface Result {
  readonly mutation: string;
  readonly file: string;
  readonly test: NamedTest;
  /** `broken`: the test did not come to an end, so that nothing is proved. */
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Why it is broken. */
  readonly reason?: string;
}

function occurrences(text: string, part: string): number {
  return part === "" ? 0 : text.split(part).length - 1;
}

/**
 * The source with the mutation in it.
 * @throws Error when the text to replace is not there exactly once, or the replacement changes nothing
 */
export function mutate(source: string, { name, file, find, replace }: Mutation): string {
  const found = occurrences(source, find);
  if (found !== 1) {
    throw new Error(
      `Cannot apply the mutation "${name}": "${file}" has the text "${find}" ${found} times; give a text that it has once.`,
    );
  }
  if (find === replace) throw new Error(`Cannot apply the mutation "${name}": it changes nothing.`);
  return source.replace(find, () => replace);
}
