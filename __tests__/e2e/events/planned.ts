import assert from "node:assert/strict";
import type { PolicyDocument } from "../../../contract/policy-document.ts";
import { DECISIONS } from "../../../tools/policy-decisions/table.ts";
import { DOCUMENT_ARGUMENTS, type Documents } from "../../policies/documents.ts";
import { answerTo, onlyWith } from "../../policies/evaluate.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";

interface PlannedModule {
  readonly resources: readonly {
    readonly address: string;
    readonly values: Readonly<Record<string, unknown>>;
  }[];
}

const PLACE = { partition: "aws", account: EMULATED_ACCOUNT, region: "eu-west-1" } as const;

/**
 * Asserts that the documents of a plan decide every row about the module `region-events` as the table says.
 * @param plan what `terraform show -json` said
 * @returns how many rows there were
 */
export async function assertDecisions(plan: string): Promise<number> {
  const rows = DECISIONS.filter((row) => onlyWith(row, "region events"));
  const deployment = {
    name: "planned",
    on: new Set(["region events"] as const),
    documents: documentsOf(plan),
  };
  const wrong: string[] = [];
  for (const row of rows) {
    const answer = await answerTo(row, deployment, PLACE);
    if ((answer === "Allowed") !== row.allowed) wrong.push(`${answer}: ${JSON.stringify(row)}`);
  }
  assert.deepEqual(wrong, []);
  assert.ok(rows.length > 10);
  return rows.length;
}

/** Every policy document of both modules, by address without that of the module and the index of a `count`. */
function documentsOf(plan: string): Documents {
  const { planned_values: planned } = JSON.parse(plan) as {
    planned_values: { root_module: { child_modules: PlannedModule[] } };
  };
  const found = new Map<string, PolicyDocument>();
  for (const { address, values } of planned.root_module.child_modules.flatMap(({ resources }) => resources)) {
    for (const [argument, suffix] of DOCUMENT_ARGUMENTS) {
      const document = values[argument];
      if (typeof document !== "string") continue;
      const name = address.replace(/^module\.\w+\./, "").replace(/\[.*\]$/, "");
      found.set(`${name}${suffix}`, JSON.parse(document) as PolicyDocument);
    }
  }
  return found;
}
