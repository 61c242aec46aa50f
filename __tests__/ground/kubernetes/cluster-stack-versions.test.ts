import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { changedLines, withStandInVersions } from "../../e2e/ground/kubernetes/cluster-stack-versions.ts";

const SYNTHESIZED = readFileSync(join(import.meta.dirname, "../../golden/cluster-kubeconfig.json"), "utf8");

describe("a cluster stack for the providers that stand in", () => {
  test("differs from the synthesized one in two version strings and in nothing else", () => {
    expect(changedLines(SYNTHESIZED, withStandInVersions(SYNTHESIZED))).toEqual([
      ['"version": ">= 3.1.1, < 4.0"', '"version": "1.3.2"'],
      ['"version": ">= 2.38.0, < 3.0"', '"version": "1.13.4"'],
    ]);
  });

  test("is refused when it does not ask for one of them", () => {
    const without = SYNTHESIZED.replace('"helm": {\n        "source"', '"other": {\n        "source"');
    expect(() => withStandInVersions(without)).toThrow(/requires no provider "helm"/);
  });
});

describe("lines that differ", () => {
  test("are told in pairs, also where one text is longer", () => {
    expect(changedLines("a\n  b\nc", "a\n  x\nc\nd")).toEqual([
      ["b", "x"],
      ["", "d"],
    ]);
  });
});
