import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dirname, "../golden");

/**
 * The content that `name` should have. With UPDATE_GOLDEN=1 the file is written anew from `actual` first: read its
 * difference before committing it, because that is what a reviewer of a plan will see.
 */
export function golden(name: string, actual: string): string {
  const path = join(DIRECTORY, name);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, actual);
  return readFileSync(path, "utf8");
}
