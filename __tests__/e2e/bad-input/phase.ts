import assert from "node:assert/strict";
import pMap from "p-map";
import { GOOD_VARIABLES } from "../../stacks/bad-input/good-variables.ts";
import { VARIABLE_CASES } from "../../stacks/bad-input/variable-cases.ts";
import { synthesizeAccount } from "../account/synth.ts";
import type { Checks } from "../checks.ts";
import { extractVariables, planVariables } from "./plan-variables.ts";

const AT_ONCE = 4;

type Variables = Readonly<Record<string, string>>;

/** Has Terraform plan with every bad value of every variable, and compares every word that it says. */
export async function badInputPhase(checks: Checks, directory: string): Promise<void> {
  await checks.phase("bad input: Terraform refuses wrong variables at plan", async () => {
    const folder = await extractVariables(await synthesizeAccount(directory), directory);
    const planAll = (all: readonly Variables[]): Promise<string[][]> =>
      pMap(all, (variables) => planVariables(folder, variables), { concurrency: AT_ONCE });

    const accepted = [{}, ...GOOD_VARIABLES];
    const complaints = await planAll(accepted);
    for (const [index, variables] of accepted.entries()) {
      const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
      await checks.check(`accepted without a word: ${set.join(" ") || "the defaults"}`, () =>
        assert.deepEqual(complaints[index], []),
      );
    }
    const refusals = await planAll(VARIABLE_CASES.map(({ variables }) => variables));
    for (const [index, { name, value, message }] of VARIABLE_CASES.entries()) {
      const told = message.replaceAll("\n", " ");
      await checks.check(`${name}: ${JSON.stringify(value)} → ${told}`, () =>
        assert.equal(refusals[index]?.join("\n"), message),
      );
    }
  });
}
