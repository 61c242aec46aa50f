import type { JobResult } from "./job.ts";

/** How often a disturbance is tried. */
const TRIALS = 3;

/** What there is of a Job at one moment. */
export interface Moment {
  readonly result: JobResult;
  /** How many dataset hours are committed. */
  readonly committed: number;
}

/** What was to be disturbed was over; the message says how far it had come. */
export class TooLate extends Error {}

/**
 * How far a Job has come that there is nothing left to disturb; undefined while it works.
 * @param all how many dataset hours it has to commit
 */
export function whyTooLate({ result, committed }: Moment, all: number): string | undefined {
  if (result === undefined && committed < all) return undefined;
  return `${committed} of ${all} dataset hours were committed and the Job was ${result ?? "about to end"}`;
}

/**
 * Tries until it is not too late: a Job may be over before a slow machine has looked at it.
 * @param trial is told the how-many-th it is, from 1 on
 * @throws Error saying how each one was too late; whatever else a trial threw, at once
 */
export async function tryInTime<T>(what: string, trial: (number: number) => Promise<T>): Promise<T> {
  const missed: string[] = [];
  while (missed.length < TRIALS) {
    try {
      return await trial(missed.length + 1);
    } catch (error) {
      if (!(error instanceof TooLate)) throw error;
      missed.push(error.message);
    }
  }
  throw new Error(
    `"${what}" came too late ${TRIALS} times, so nothing was disturbed: ${missed.join("; ")}. Run it again on a machine with less to do`,
  );
}
