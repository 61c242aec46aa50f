import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";

/**
 * A new, empty directory that is removed after the tests of the file, or of the `describe`, that asks for it.
 * Not to be called inside of a test, where jest takes no `afterAll`.
 */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "container-insights-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
