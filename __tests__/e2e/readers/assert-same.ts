import assert from "node:assert/strict";
import type { Checksums } from "./read-checksums.ts";

/** Asserts that all readers found the same in each column that they can hold. @param cannot columns by reader */
export function assertSameChecksums(
  answers: Readonly<Record<string, Checksums>>,
  cannot: Readonly<Record<string, readonly string[]>> = {},
): void {
  const [[first, expected] = ["nobody", {}], ...others] = Object.entries(answers);
  assert.ok(others.length > 0 && Object.keys(expected).length > 0, `only "${first}" read the file`);
  for (const [reader, found] of others) {
    const compared = Object.keys(expected).filter((column) => !cannot[reader]?.includes(column));
    assert.ok(compared.length > 0, `nothing that ${reader} read is compared`);
    const differing = compared.filter((column) => found[column] !== expected[column]);
    assert.deepEqual(differing, [], `columns in which ${reader} and ${first} differ`);
  }
}
