import type { SizeLimits, SizeTally } from "./label-filter.ts";

/** A tally that can tell. */
export interface SizeCount extends SizeTally {
  /** One sentence for each limit that took something. */
  warnings(): string[];
}

/** Counts what the size limits took from `what`: "the pods' labels". */
export function countSizes(what: string, limits: SizeLimits): SizeCount {
  let cut = 0;
  let example = "";
  let objects = 0;
  let keys = 0;
  return {
    cut(key) {
      // The least key, so that the sentence does not depend on the order of an answer.
      if (cut === 0 || key < example) example = key;
      cut++;
    },
    leftOut(more) {
      objects++;
      keys += more;
    },
    warnings() {
      const found: string[] = [];
      if (cut > 0) {
        found.push(
          `${cut} values of ${what} are longer than ${limits.maxValueLength} characters and were cut, those of "${example}" among them`,
        );
      }
      if (keys > 0) {
        found.push(
          `${objects} objects have more than ${limits.maxKeys} keys in ${what}; ${keys} keys were left out`,
        );
      }
      return found;
    },
  };
}
