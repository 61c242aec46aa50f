import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { leftBehind } from "./left-behind.ts";

/**
 * After all tests: takes the run's directory away.
 * @throws Error with the names of what tests left in it, which fails the run
 */
function tearDown(): void {
  const directory = tmpdir();
  const left = leftBehind(directory);
  rmSync(directory, { recursive: true, force: true });
  process.env["TMPDIR"] = dirname(directory); // where the next run of a watch begins
  if (left.length > 0) {
    throw new Error(
      `Tests left "${left.join('", "')}" in the temporary directory; remove what a test makes in afterAll or afterEach`,
    );
  }
}

// jest calls what is exported by this name.
export { tearDown as default };
