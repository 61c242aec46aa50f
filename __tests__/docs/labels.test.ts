import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { labelRules } from "../../contract/labelled-resources.ts";

test("the rules in docs/labels.md are those of the contract", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/labels.md"), "utf8");
  const [, rules] = /```yaml\n([^`]*)```/.exec(text) ?? [];
  expect(parse(rules ?? "")).toEqual(labelRules());
});
