import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { CHECKS } from "../../agent-src/doctor/checks.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/doctor.md"), "utf8");

test("docs/doctor.md has a row for every check, in their order, and for no other", () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, id]) => id);
  expect(rows).toEqual(CHECKS.map(({ id }) => id));
});
