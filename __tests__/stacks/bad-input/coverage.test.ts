import { describe, expect, test } from "@jest/globals";
import { SynthConfig } from "../../../stacks/synth-config.ts";
import { synthesizeAccount } from "../../support/account-json.ts";
import { CONFIG_CASES } from "./config-cases.ts";
import { VARIABLE_CASES } from "./variable-cases.ts";

interface Validation {
  readonly error_message: string;
}

const { variable } = synthesizeAccount();
const rules = Object.entries(variable).flatMap(([name, block]) =>
  ((block["validation"] ?? []) as Validation[]).map((rule) => ({ name, template: rule.error_message })),
);

/** Whether a refusal is what Terraform makes of the template: what stands before and after its expressions. */
function comesFrom(template: string, message: string): boolean {
  const end = template.lastIndexOf("}");
  const start = template.indexOf("${");
  if (start === -1) return message.split("\n").includes(template);
  return message
    .split("\n")
    .some((line) => line.startsWith(template.slice(0, start)) && line.endsWith(template.slice(end + 1)));
}

describe("the table of bad input", () => {
  test.each(rules)("has a case for the rule of $name that says $template", ({ name, template }) => {
    const cases = VARIABLE_CASES.filter(({ variables }) => name in variables);
    expect(cases.filter(({ message }) => comesFrom(template, message))).not.toEqual([]);
  });

  test.each(Object.keys(SynthConfig.shape))("has a case for the field %s of the configuration", (field) => {
    expect(CONFIG_CASES.filter(({ message }) => message.startsWith(field))).not.toEqual([]);
  });

  test("has no case for a variable that does not exist", () => {
    const named = new Set(VARIABLE_CASES.flatMap(({ variables }) => Object.keys(variables)));
    expect([...named].filter((name) => !(name in variable))).toEqual([]);
  });

  test("tells every case from the others by its name", () => {
    const names = [...CONFIG_CASES, ...VARIABLE_CASES].map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
