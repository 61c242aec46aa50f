import assert from "node:assert/strict";
import { DECISIONS } from "../../../tools/policy-decisions/table.ts";
import { answerTo, applies } from "../../policies/evaluate.ts";
import type { PlannedDeployment } from "./plans.ts";

/**
 * Asserts that the documents of a plan decide every row of the table as it says.
 * @returns how many rows were about this plan
 */
export async function assertDecisions(planned: PlannedDeployment): Promise<number> {
  const rows = DECISIONS.filter((row) => applies(row, planned.on));
  const wrong: string[] = [];
  for (const row of rows) {
    const answer = await answerTo(row, planned, planned.place);
    if ((answer === "Allowed") !== row.allowed) wrong.push(`${answer}: ${JSON.stringify(row)}`);
  }
  assert.deepEqual(wrong, []);
  return rows.length;
}
