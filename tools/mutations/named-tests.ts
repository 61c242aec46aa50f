import type { NamedTest } from "./mutation.ts";

/** Names tests of one file. */
export function testsOf(file: string): (name: string) => NamedTest {
  return (name) => ({ file: `__tests__/${file}.test.ts`, name });
}
