import { createHash } from "node:crypto";

/** How a run looks at the account: at how much of each role, for how long, and where it begins. */
export interface Look {
  /** Whether everything of the role is read, or only what the reconciler itself makes. */
  readonly inFull: (roleName: string) => boolean;
  /** Whether there is time to ask for more. */
  readonly hasTime: () => boolean;
  /** The list from another item on, and then from its start, so that what is left over when time runs short differs. */
  readonly turned: <T>(list: readonly T[]) => readonly T[];
}

/** Everything, in its order, however long it takes. */
export const THOROUGH: Look = {
  inFull: () => true,
  hasTime: () => true,
  turned: (list) => list,
};

/** A role is read in full once in so many runs, on average: every 32 hours with the default schedule of two hours. */
const RUNS_PER_FULL_READING = 16;

/** Evenly spread, and another number for each text. Modulo a number of hours, say, would meet some schedules in step. */
function numberOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

/** Whether the run that began at `instant` reads the role in full: each run draws anew, so nothing is to be remembered. */
export function isDrawn(roleName: string, instant: Date): boolean {
  return numberOf(`${instant.toISOString()} ${roleName}`) % RUNS_PER_FULL_READING === 0;
}

/** The look of a run by the schedule that began at `instant`: a part of the roles in full, and beginning anywhere. */
export function scheduledLook(instant: Date, hasTime: () => boolean): Look {
  return { ...timedLook(instant, hasTime), inFull: (roleName) => isDrawn(roleName, instant) };
}

/** Everything, as far as time allows. */
export function timedLook(instant: Date, hasTime: () => boolean): Look {
  return {
    inFull: () => true,
    hasTime,
    turned(list) {
      const start = list.length === 0 ? 0 : numberOf(instant.toISOString()) % list.length;
      return [...list.slice(start), ...list.slice(0, start)];
    },
  };
}
