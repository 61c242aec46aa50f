import type { Observation } from "./model.ts";

/** The reason of whatever was not looked at because the run had to come to its end. */
export const TIME_RAN_SHORT = "time ran short before it was looked at";

type Sight = Pick<Observation, "regions" | "unreadableRoles" | "lookups">;

/** What a run looked at, in vain or not, and what it had no time for. */
function byReach({ regions, unreadableRoles, lookups }: Sight): {
  readonly reached: Sight;
  readonly left: Sight;
} {
  const isLeft = (one: object): boolean => "reason" in one && one.reason === TIME_RAN_SHORT;
  const isReached = (one: object): boolean => !isLeft(one);
  return {
    reached: {
      regions: regions.filter(isReached),
      unreadableRoles: unreadableRoles.filter(isReached),
      lookups: lookups.filter(isReached),
    },
    left: {
      regions: regions.filter(isLeft),
      unreadableRoles: unreadableRoles.filter(isLeft),
      lookups: lookups.filter(isLeft),
    },
  };
}

/** What a run looked at, in vain or not. */
export function reachedOf(sight: Sight): Sight {
  return byReach(sight).reached;
}

/** Whether the run had to come to its end before it had looked at everything. */
export function wasCutShort(sight: Sight): boolean {
  return Object.values(byReach(sight).left).some((list: readonly object[]) => list.length > 0);
}

/** What a run had no time for, in one line for all of it; none when it had time. */
export function cutShortProblems(sight: Sight): string[] {
  if (!wasCutShort(sight)) return [];
  const { regions, unreadableRoles, lookups } = byReach(sight).left;
  const parts = [
    ...(regions.length > 0 ? [`regions ${regions.map(({ region }) => region).join(", ")}`] : []),
    ...(unreadableRoles.length > 0 ? [`${unreadableRoles.length} roles`] : []),
    ...(lookups.length > 0 ? [`${lookups.length} clusters that no listing names`] : []),
  ];
  return [
    `Time ran short before these were looked at: ${parts.join("; ")}. Their roles are left as they are. The next run begins elsewhere and continues; invoke the function again to continue now`,
  ];
}
