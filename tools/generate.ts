/** Writes every generated file of the repository; with `--check` only says which are stale, and exits 1 when one is. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chartFiles } from "./chart-files.ts";
import { documentFiles } from "./document-files.ts";

const ROOT = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

for (const { path, content } of [...(await chartFiles()), ...(await documentFiles(ROOT))]) {
  const current = await readFile(join(ROOT, path), "utf8").catch(() => undefined);
  if (current === content) continue;
  if (check) {
    console.error(`${path} is stale; run "npm run generate"`);
    process.exitCode = 1;
  } else {
    await writeFile(join(ROOT, path), content);
    console.log(`wrote ${path}`);
  }
}
