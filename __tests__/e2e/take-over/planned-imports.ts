import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { deploymentNames } from "../../../contract/names.ts";
import { takeOverGroups, type TakeOverGroupName } from "../../../contract/take-over.ts";
import { EMULATED_ACCOUNT } from "../ground/ministack.ts";
import type { Terraform } from "../ground/terraform.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a plan would do to one resource. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    readonly after_unknown: Values;
    readonly importing?: { readonly id: string };
  };
}

/** What a plan that is kept in a file would do to each resource. */
export async function readPlan(terraform: Terraform, file: string): Promise<readonly ResourceChange[]> {
  const { stdout } = await terraform.run(["show", "-json", file]);
  return (JSON.parse(stdout) as { resource_changes: ResourceChange[] }).resource_changes;
}

/** Asserts that a plan deletes nothing, whether for good or to make it anew. */
export function assertNothingGoes(plan: readonly ResourceChange[]): void {
  const going = plan.filter(({ change }) => change.actions.includes("delete"));
  assert.deepEqual(
    going.map(({ address }) => address),
    [],
  );
}

/**
 * Asserts that a plan imports exactly the groups' resources and changes of each what `contract/take-over.ts` says.
 * @param module address of the module call, where it is one
 */
export function assertImports(
  plan: readonly ResourceChange[],
  groups: readonly TakeOverGroupName[],
  module = "",
): void {
  const names = deploymentNames("nops-container-cost", EMULATED_ACCOUNT);
  const resources = takeOverGroups(groups).flatMap((group) => group.resources);
  const documented = resources.map(({ address, id, changes }) =>
    toLine(module + address, id(names), [...changes].sort()),
  );
  const planned = plan.flatMap((resource) => {
    const { importing } = resource.change;
    return importing === undefined
      ? []
      : [toLine(resource.address, importing.id, changedArguments(resource))];
  });
  assert.deepEqual(planned.sort(), documented.sort());
}

function toLine(address: string, id: string, changes: readonly string[]): string {
  return `${address} from ${id}: ${changes.join(", ") || "nothing"}`;
}

/** Top-level arguments whose value after the apply is known and another one. */
export function changedArguments({
  change: { before, after, after_unknown: unknown },
}: ResourceChange): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => unknown[name] !== true && !isDeepStrictEqual(before?.[name], after?.[name]))
    .sort();
}
