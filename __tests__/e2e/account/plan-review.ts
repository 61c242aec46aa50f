import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "../../../docs/plan-review.md");

/** Asserts that every line that docs/plan-review.md shows of a plan is in `plan`, the text of a first one. */
export async function assertPageShows(plan: string): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const shown = [...page.matchAll(/^```text\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
    block.trimEnd().split("\n"),
  );
  assert.ok(shown.length > 10, "the page shows no plan");
  const lines = new Set(plan.split("\n").map((line) => line.trim()));
  assert.deepEqual(
    shown.filter((line) => !lines.has(line.trim())),
    [],
  );
}
