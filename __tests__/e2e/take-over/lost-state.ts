import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NOT_IMPORTED, SET_AFTER_IMPORT } from "../../../contract/lost-state.ts";
import { knownFalseAttributes, plannedChanges } from "../account-modes/second-plan.ts";
import type { Checks } from "../checks.ts";
import type { Terraform } from "../ground/terraform.ts";
import { assertNothingGoes, changedArguments, readPlan } from "./planned-imports.ts";

/** A deployment that stands, and whose state is to be lost. */
export interface Deployed {
  readonly terraform: Terraform;
  /** Where Terraform runs. */
  readonly folder: string;
  /** The state's file, from there. */
  readonly state: string;
  /** What `container-insights import-blocks` prints for it. */
  readonly blocks: string;
  readonly variables?: readonly string[];
}

/**
 * Deletes the state and gets it back by the printed import blocks alone: everything that the old state had is imported
 * or on the list of what is not; nothing is replaced or destroyed, and the next plan is empty. The blocks are taken away
 * then: Terraform refuses them once a later step removes what they name.
 */
export async function checkLostState(
  checks: Checks,
  { terraform, folder, state, blocks, variables = [] }: Deployed,
  within: (what: string) => string,
): Promise<void> {
  await checks.check(within("its state is lost, and a plan imports all that it had"), async () => {
    const had = await managedResources(terraform);
    await rm(join(folder, state));
    await writeFile(join(folder, "imports.tf"), blocks);
    const { text } = await terraform.plan(["-out=import.tfplan", ...variables]);
    assert.match(text, /Plan: \d+ to import, \d+ to add, \d+ to change, 0 to destroy\./);
    const plan = await readPlan(terraform, "import.tfplan");
    assertNothingGoes(plan);
    const imported = plan.filter(({ change }) => change.importing !== undefined);
    const created = plan.filter(({ change }) => change.actions.includes("create"));
    assert.deepEqual(
      addresses(imported),
      had.filter((address) => !isNotImported(address)),
    );
    assert.deepEqual(addresses(created), had.filter(isNotImported));
    for (const resource of imported) {
      const expected = SET_AFTER_IMPORT[resource.type] ?? [];
      const falsely = knownFalseAttributes(resource.type);
      const changed = changedArguments(resource).filter((name) => !falsely.includes(name));
      assert.deepEqual([resource.address, ...changed], [resource.address, ...expected]);
    }
  });
  await checks.check(within("the import is applied, and the next plan is empty"), async () => {
    await terraform.run(["apply", "-no-color", "import.tfplan"]);
    assert.deepEqual(await plannedChanges(terraform, variables), []);
  });
  await rm(join(folder, "imports.tf"), { force: true });
}

/** Addresses in the state, without data sources. */
async function managedResources(terraform: Terraform): Promise<string[]> {
  const { stdout } = await terraform.run(["state", "list"]);
  return stdout
    .split("\n")
    .filter((address) => address !== "" && !/(^|\.)data\.aws_/.test(address))
    .sort();
}

function addresses(resources: readonly { readonly address: string }[]): string[] {
  return resources.map(({ address }) => address).sort();
}

/** Whether the documented list has the resource, whatever module it is in. */
function isNotImported(address: string): boolean {
  return NOT_IMPORTED.some(({ address: known }) => address === known || address.endsWith(`.${known}`));
}
