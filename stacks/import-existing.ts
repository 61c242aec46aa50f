import type { TerraformStack } from "cdktf";
import type { DeploymentNames } from "../contract/names.ts";
import { importsOf, takeOverGroups, type TakeOverGroupName } from "../contract/take-over.ts";

/**
 * Adds an import block for everything in `groups`. Root build only: Terraform before 1.16 refuses import blocks in a
 * module. By override, because cdktf's own `importFrom` runs the terraform program at synth.
 */
export function addImportBlocks(
  stack: TerraformStack,
  names: DeploymentNames,
  groups: readonly TakeOverGroupName[],
): void {
  if (groups.length > 0) stack.addOverride("import", importsOf(takeOverGroups(groups), names));
}
