import { seededFraction, seededHash } from "../history/seed.ts";
import type { Life } from "./plan.ts";

/** The randomness of one cluster: every answer depends on the seed and on what is asked about, never on the order. */
export interface Chance {
  /** In [0, 1). */
  fraction(about: string): number;
  /** One of `choices`. */
  pick<Choice>(about: string, choices: readonly Choice[]): Choice;
  hex(about: string, digits: number): string;
  uid(about: string): string;
  /** A time within `life` that OpenCost's steps of five minutes can see, and never the start of an hour. */
  edge(about: string, life: Life): number;
}

const STEP = 300;
const STEPS_AN_HOUR = 12;

/** The chance of a seed. */
export function createChance(seed: string): Chance {
  const fraction = (about: string): number => seededFraction(`${seed}/${about}`);
  const hex = (about: string, digits: number): string =>
    Array.from({ length: Math.ceil(digits / 8) }, (_, part) =>
      seededHash(`${seed}/${about}/${part}`).toString(16).padStart(8, "0"),
    )
      .join("")
      .slice(0, digits);
  return {
    fraction,
    hex,
    pick(about, choices) {
      const choice = choices[Math.floor(fraction(about) * choices.length)];
      if (choice === undefined) throw new Error(`nothing to pick from for "${about}"`);
      return choice;
    },
    uid(about) {
      const all = hex(about, 32);
      return [
        all.slice(0, 8),
        all.slice(8, 12),
        `4${all.slice(13, 16)}`,
        `a${all.slice(17, 20)}`,
        all.slice(20),
      ].join("-");
    },
    edge(about, { from, until }) {
      const hours = Math.max(1, Math.floor((until - from) / 3600));
      const hour = Math.floor(fraction(`${about}/hour`) * hours);
      // Steps 1 to 11: what starts with an hour would be seen at the end of the hour before as well.
      const step = 1 + Math.floor(fraction(`${about}/step`) * (STEPS_AN_HOUR - 1));
      return from + hour * 3600 + step * STEP;
    },
  };
}
