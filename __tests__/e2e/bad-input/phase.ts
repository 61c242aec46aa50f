import assert from "node:assert/strict";
import { GOOD_VARIABLES } from "../../stacks/bad-input/good-variables.ts";
import { VARIABLE_CASES } from "../../stacks/bad-input/variable-cases.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import { extractVariables, planVariables } from "./plan-variables.ts";

/** Has Terraform plan with every bad value of every variable, and compares every word that it says. */
export async function badInputPhase(checks: Checks, directory: string): Promise<void> {
  await checks.phase("bad input: Terraform refuses wrong variables at plan", async () => {
    const folder = await extractVariables(await synthesizeAccount(directory), directory);
    await checks.check("the defaults are accepted, without a warning", async () =>
      assert.deepEqual(await planVariables(folder, {}), []),
    );
    for (const variables of GOOD_VARIABLES) {
      const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
      await checks.check(`accepted: ${set.join(" ")}`, async () =>
        assert.deepEqual(await planVariables(folder, variables), []),
      );
    }
    for (const { name, value, variables, message } of VARIABLE_CASES) {
      await checks.check(`${name}: ${JSON.stringify(value)} → ${message}`, async () =>
        assert.deepEqual(await planVariables(folder, variables), [message]),
      );
    }
  });
}
