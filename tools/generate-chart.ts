/** Writes the chart's generated files; with `--check` only says which are stale, and exits 1 when one is. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartFiles } from "./chart-files.ts";

const ROOT = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

for (const { path, content } of await chartFiles()) {
  const current = await readFile(join(ROOT, path), "utf8").catch(() => undefined);
  if (current === content) continue;
  if (check) {
    console.error(`${path} is not what stacks/chart-values.ts says; run "npx tsx tools/generate-chart.ts"`);
    process.exitCode = 1;
  } else {
    await writeFile(join(ROOT, path), content);
    console.log(`wrote ${path}`);
  }
}
