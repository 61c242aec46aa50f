import { actionLine } from "./action-line.ts";
import type { Outcome } from "./apply.ts";
import type { QueryTablesOutcome } from "./apply-query-tables.ts";
import { cutShortProblems, reachedOf } from "./cut-short.ts";
import type { Note, Observation, Plan } from "./model.ts";

/** What the problems of a run are found in. */
export interface RunFindings {
  readonly mode: "reconcile" | "destroy";
  readonly observation: Pick<Observation, "regions" | "unreadableRoles" | "lookups">;
  readonly plan: Pick<Plan, "notes">;
  readonly outcomes: readonly Outcome[];
  readonly queryTables?: QueryTablesOutcome | undefined;
}

const NAMES_SHOWN = 3;

/** What could not be seen, one line each. Whatever belongs to it is left as it is. */
export function blindSpots({ regions, unreadableRoles, lookups }: RunFindings["observation"]): string[] {
  return [
    ...regions.flatMap((region) =>
      region.state === "failed"
        ? [`Region ${region.region} could not be listed: ${region.reason}; its roles are left as they are`]
        : region.clusters
            .filter(({ status, problem }) => status === "UNREADABLE" || problem !== undefined)
            .map(
              ({ arn, status, problem }) =>
                `${status === "UNREADABLE" ? "Cluster" : "Pod Identity associations of cluster"} "${arn}" could not be ${status === "UNREADABLE" ? "described" : "read"}: ${problem ?? "no reason"}; its role is left as it is`,
            ),
    ),
    ...lookups.flatMap((lookup) =>
      lookup.state === "unknown"
        ? [`Cluster "${lookup.arn}" could not be asked for: ${lookup.reason}; its role is left as it is`]
        : [],
    ),
    ...unreadableRoles.map(
      ({ name, reason }) => `Role "${name}" could not be read: ${reason}; it is left as it is`,
    ),
  ];
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return `${names.length === 1 ? "Role" : "Roles"} ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** One line per reason: the brake, or a kept deployment, holds many roles for one. */
function stays(held: readonly { readonly role: string; readonly reason?: string | undefined }[]): string[] {
  const rolesByReason = new Map<string, string[]>();
  for (const { role, reason = "no reason" } of held) {
    rolesByReason.set(reason, [...(rolesByReason.get(reason) ?? []), role]);
  }
  return [...rolesByReason].map(
    ([reason, roles]) => `${nameList(roles)} ${roles.length === 1 ? "stays" : "stay"}: ${reason}`,
  );
}

function heldOutcomes(outcomes: readonly Outcome[]): { role: string; reason: string | undefined }[] {
  return outcomes
    .filter(({ state }) => state === "held")
    .map(({ action, reason }) => ({ role: actionLine(action).role, reason }));
}

function notesOf(notes: readonly Note[], kind: Note["kind"]): readonly Note[] {
  return notes.filter((note) => note.kind === kind);
}

/**
 * What a person should look at, one line each. A role held by a rule, such as the grace period, is none of it, except
 * in a destroy: what Terraform deletes next is what a role that stays still needs.
 */
export function problemsOf({ mode, observation, plan, outcomes, queryTables }: RunFindings): string[] {
  return [
    ...cutShortProblems(observation),
    ...blindSpots(reachedOf(observation)),
    ...outcomes
      .filter(({ state }) => state === "failed" || state === "conflict")
      .map(({ action, reason }) => `Cannot ${action.kind} role "${actionLine(action).role}": ${reason}`),
    ...notesOf(plan.notes, "conflict").map((note) => `Cannot make role "${note.role}": ${note.reason}`),
    ...stays(notesOf(plan.notes, "braked")),
    // A destroy goes on without them: Terraform deletes the tables next, or leaves them to whoever queries.
    ...(mode === "reconcile" ? (queryTables?.problems ?? []) : []),
    ...(mode === "destroy" ? stays([...notesOf(plan.notes, "held"), ...heldOutcomes(outcomes)]) : []),
  ];
}
