import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { addressesOf, synthesizeAccount } from "../support/account-json.ts";

const ROOT = join(import.meta.dirname, "../..");
const DOCS = join(ROOT, "docs");
const SEED = join(ROOT, "__tests__/fixtures/seed/cloudformation-template.md");

const json = synthesizeAccount();
const addresses = new Set(addressesOf(json));

interface CoverageRow {
  readonly sentence: string;
  readonly covered: string;
  readonly proof: string;
}

/** The rows of every table of the page. */
function coverage(): CoverageRow[] {
  return readFileSync(join(DOCS, "seed-coverage.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (-+|the seed says) +\|/.test(line))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()))
    .map(([sentence = "", covered = "", proof = ""]) => ({ sentence, covered, proof }));
}

/** Sections 1 to 4 of the seed as sentences, without markup. */
function seedSentences(): string[] {
  return readFileSync(SEED, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "---" && !line.startsWith("#"))
    .map((line) => line.replace(/^- /, "").replaceAll(/\*\*|`/g, ""))
    .flatMap((line) => line.split(/(?<=[.:]) (?=[A-Z])/));
}

/** What `name`, found between backticks, is in the stack; undefined when it is no reference to a part of it. */
function exists(name: string): boolean | undefined {
  const [, kind = "", id = ""] = /^(var|local|output)\.(\w+)$/.exec(name) ?? [];
  if (kind === "var") return Object.hasOwn(json.variable, id);
  if (kind === "local") return Object.hasOwn(json.locals, id);
  if (kind === "output") return Object.hasOwn(json.output, id);
  if (/^aws_\w+\.\w+$/.test(name)) return addresses.has(name);
  if (/^[\w-]+\/[\w/.-]+\.ts$/.test(name)) return existsSync(join(ROOT, name));
  return undefined;
}

/** The name of a test as it stands in a source file, where quotes of its own kind are escaped or avoided. */
function holdsTest(path: string, name: string): boolean {
  return readFileSync(path, "utf8").replaceAll(/\s+/g, " ").includes(name);
}

const rows = coverage();

test("every sentence of the seed has its row, in the seed's order", () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.map(({ sentence }) => sentence)).toEqual(seedSentences());
});

describe.each(rows)('the row "$sentence"', ({ covered, proof }) => {
  test("names only what exists, and something", () => {
    const names = [...covered.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    const missing = names.filter((name) => exists(name) === false);
    expect(missing).toEqual([]);
    expect(covered).not.toBe("");
  });

  test("links to pages that exist, and to a test that does", () => {
    for (const [, target = ""] of `${covered} ${proof}`.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      expect([target, existsSync(join(DOCS, target))]).toEqual([target, true]);
    }
    const [, path = ""] = /\]\(([^)]+)\)/.exec(proof) ?? [];
    const [, name = ""] = /: "(.+)"$/.exec(proof) ?? [];
    expect([name, name !== "" && holdsTest(join(DOCS, path), name)]).toEqual([name, true]);
  });
});
