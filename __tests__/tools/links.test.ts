import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { brokenLinks } from "../../tools/links.ts";

test("every relative link of the project's Markdown leads somewhere", () => {
  expect(brokenLinks(join(import.meta.dirname, "..", ".."))).toEqual([]);
});

test("a link to a missing file is named, one with an anchor or to the web is not", () => {
  const root = mkdtempSync(join(tmpdir(), "links-"));
  try {
    for (const folder of ["docs", "charts", "examples"]) mkdirSync(join(root, folder));
    writeFileSync(
      join(root, "README.md"),
      "[a](docs/a.md#b) [b](docs/gone.md) [c](https://example.test/x) [d](#e)",
    );
    writeFileSync(join(root, "docs", "a.md"), "[up](../README.md) [gone](gone.ts)");
    expect(brokenLinks(root)).toEqual(["README.md: docs/gone.md", "docs/a.md: gone.ts"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
