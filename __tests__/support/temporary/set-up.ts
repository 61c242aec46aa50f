import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Before all tests: from here on, `tmpdir()` of this process and of all it starts is a new directory of this run. */
function setUp(): void {
  process.env["TMPDIR"] = mkdtempSync(join(tmpdir(), "container-insights-tests-"));
}

// jest calls what is exported by this name.
export { setUp as default };
