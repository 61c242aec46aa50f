import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import type { ClusterEventPattern } from "../contract/cluster-events.ts";
import { withId } from "./terraform-expressions.ts";

/**
 * Adds a pattern of EventBridge as the local `<id>_pattern`: in the synthesized file a reviewer reads it as an object.
 * @returns what a rule's `event_pattern` argument takes
 */
export function addEventPattern(scope: Construct, id: string, pattern: ClusterEventPattern): string {
  const local = `${id}_pattern`;
  withId(new TerraformLocal(scope, `local-${local}`, pattern), local);
  return `\${jsonencode(local.${local})}`;
}
