import { describe, expect, test } from "@jest/globals";
import { SynthConfigError } from "../../../stacks/config-problems.ts";
import { parseSynthConfig } from "../../../stacks/synth-config.ts";
import { CONFIG_CASES } from "./config-cases.ts";

/** The whole message with which a configuration is refused. */
function refusal(config: unknown): string {
  try {
    parseSynthConfig(JSON.stringify(config), "some.json");
  } catch (error) {
    if (error instanceof SynthConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("a bad configuration is refused by its value, with what to give instead", () => {
  test.each(CONFIG_CASES.map((one) => ({ ...one, value: JSON.stringify(one.config) })))(
    "$name: $value → $message",
    ({ config, message }) => {
      expect(refusal(config)).toBe(
        `Cannot use the configuration "some.json": ${message} (its fields: docs/configuration.md)`,
      );
    },
  );
});
