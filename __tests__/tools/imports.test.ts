import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { CHECKED_FOLDERS, environmentReaders, importCycles, importViolations } from "../../tools/imports.ts";

const PROJECT = join(import.meta.dirname, "..", "..");

describe("the project", () => {
  test("imports only in the allowed directions", () => {
    expect(importViolations(PROJECT)).toEqual([]);
  });

  test("has no import cycles", () => {
    expect(importCycles(PROJECT)).toEqual([]);
  });

  test("reads the environment in env.ts files only", () => {
    expect(environmentReaders(PROJECT)).toEqual([]);
  });
});

describe("the checker", () => {
  const roots: string[] = [];

  function project(files: Record<string, string>): string {
    const root = mkdtempSync(join(tmpdir(), "imports-"));
    roots.push(root);
    for (const folder of CHECKED_FOLDERS) mkdirSync(join(root, folder), { recursive: true });
    for (const [path, text] of Object.entries({ "main.ts": "", "module.ts": "", ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }

  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true });
  });

  test.each([
    ["agent-src/a.ts", 'import { s } from "../stacks/s.ts";', "agent-src may not import stacks"],
    ["lambda-src/a.ts", 'import { s } from "../agent-src/s.ts";', "lambda-src may not import agent-src"],
    ["agent-src/a.ts", 'import { c } from "../cli/c.ts";', "agent-src may not import cli"],
    ["contract/a.ts", 'import { z } from "zod";', "contract imports nothing outside itself"],
    [
      "cli/a.ts",
      'import { App } from "cdktf";',
      "only main.ts and stacks/ import cdktf, constructs and @cdktf",
    ],
    ["stacks/a.ts", 'import { S3Bucket } from "@cdktf/provider-aws";', "@cdktf is imported by resource"],
    [
      "agent-src/export/a.ts",
      'import { S3Client } from "@aws-sdk/client-s3";',
      "SDK clients are imported in adapters/ only",
    ],
    ["cli/a.ts", 'import { b } from "./b.js";', "relative imports end in .ts"],
  ])("refuses in %s: %s", (file, text, why) => {
    expect(importViolations(project({ [file]: text }))).toEqual([expect.stringContaining(why)]);
  });

  test("names a cycle by its files", () => {
    const root = project({
      "cli/a.ts": 'import type { B } from "./b.ts";',
      "cli/b.ts": 'import { a } from "./a.ts";',
    });
    expect(importCycles(root)).toEqual(["cli/a.ts → cli/b.ts → cli/a.ts"]);
  });

  test("finds an environment reader", () => {
    const reader = "export const home = process.env.HOME;";
    const root = project({ "agent-src/a.ts": reader, "agent-src/env.ts": reader, "module.ts": reader });
    expect(environmentReaders(root)).toEqual(["agent-src/a.ts", "module.ts"]);
  });
});
