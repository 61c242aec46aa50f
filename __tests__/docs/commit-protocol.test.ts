import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/commit-protocol.md"), "utf8");
const ROW = /^\| (.+?) +\| `(__tests__\/[^`]+)` +\| (.+?) +\|$/gm;

test("docs/commit-protocol.md names for each rule a test that is there", () => {
  const rows = [...PAGE.matchAll(ROW)];
  const gone = rows.flatMap(([, , file = "", name = ""]) => {
    const path = join(ROOT, file);
    return existsSync(path) && readFileSync(path, "utf8").includes(name) ? [] : [`${file}: ${name}`];
  });
  expect(gone).toEqual([]);
  const lines = PAGE.split("\n").filter((line) => line.startsWith("| ")).length;
  // Every line of the table but its two of the head is a rule.
  expect(rows.length).toBe(lines - 2);
});
