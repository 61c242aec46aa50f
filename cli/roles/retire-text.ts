import { isoSeconds } from "../../contract/hours.ts";
import type { Colors } from "../terminal.ts";
import { restoreCommands } from "./role-backup.ts";
import type { Retirement } from "./retirement.ts";

/** What is removed of a role, in this order. */
export function removals({ facts }: Retirement): string[] {
  const { name, inlinePolicies } = facts.role;
  return [...Object.keys(inlinePolicies).map((policy) => `inline policy "${policy}"`), `role "${name}"`];
}

/** What was found of a role that may go, and what would be removed. */
export function retirementText(retirement: Retirement, backup: string, color: Colors): string {
  const { facts, cluster, manifest, sinkUrl } = retirement;
  const written =
    manifest === undefined
      ? "none"
      : `${manifest.dataset} of ${isoSeconds(manifest.hourStart)}, written ${manifest.writtenAt}, in ${sinkUrl}`;
  return [
    `Role ${color.bold(facts.role.name)} of the predecessor`,
    `  cluster          ${cluster.arn}`,
    `  newest manifest  ${written}`,
    `  last used        ${facts.lastUsed?.toISOString() ?? "not within the 400 days that IAM keeps"}`,
    "",
    color.bold("Would remove"),
    ...removals(retirement).map((what) => `  ${color.red("-")} ${what}`),
    "",
    `All of it is kept in "${backup}" first.`,
  ].join("\n");
}

/** What was removed, and how to get it back. */
export function retiredText(retirement: Retirement, backup: string, color: Colors): string {
  return [
    color.bold("Removed"),
    ...removals(retirement).map((what) => `  ${color.red("-")} ${what}`),
    "",
    `It is kept in "${backup}". To get it back (jq: https://jqlang.org):`,
    ...restoreCommands(backup).map((command) => `  ${command}`),
  ].join("\n");
}
