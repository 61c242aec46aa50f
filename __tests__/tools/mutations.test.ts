import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { MUTATIONS } from "../../tools/mutations/list.ts";
import { mutate, type Mutation } from "../../tools/mutations/mutation.ts";
import { listProblems } from "../../tools/mutations/try-mutations.ts";

const ROOT = join(import.meta.dirname, "../..");

const GUARD: Mutation = {
  name: "a guard",
  file: "guard.ts",
  find: "if (foreign)",
  replace: "if (false)",
  test: { file: "guard.test.ts", name: "keeps what is foreign" },
};

describe("a mutation", () => {
  test("replaces its text, whatever signs the replacement has", () => {
    expect(mutate("if (foreign) return;", { ...GUARD, replace: "if ($&)" })).toBe("if ($&) return;");
  });

  test.each([
    ["is not there", "if (ours) return;", 0],
    ["is there twice", "if (foreign) return; if (foreign) return;", 2],
  ])("is refused where its text %s", (_case, source, times) => {
    expect(() => mutate(source, GUARD)).toThrow(
      `Cannot apply the mutation "a guard": "guard.ts" has the text "if (foreign)" ${times} times; give a text that it has once.`,
    );
  });

  test("is refused when it changes nothing", () => {
    expect(() => mutate("if (foreign) return;", { ...GUARD, replace: GUARD.find })).toThrow(
      "it changes nothing",
    );
  });
});

describe("the list of mutations", () => {
  // A guard that was rewritten takes its mutation along: see tools/mutations/.
  test("is in step with the sources: each text is in its file once", () => {
    expect(listProblems(ROOT, MUTATIONS)).toEqual([]);
  });

  test("names each mutation once, and tests of files that are there", () => {
    const names = MUTATIONS.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { test: named } of MUTATIONS) expect(existsSync(join(ROOT, named.file))).toBe(true);
  });

  test("has one for each of the predecessor's 26 defects", () => {
    expect(MUTATIONS.filter(({ name }) => name.startsWith("regression: "))).toHaveLength(26);
  });
});
