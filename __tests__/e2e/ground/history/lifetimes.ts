import { labelOf } from "./exposition.ts";
import { seededHash } from "./seed.ts";
import type { Series } from "./usage.ts";

/** A series and the half-open span of epoch seconds in which it was scraped. */
export interface LivingSeries extends Series {
  readonly from: number;
  readonly until: number;
}

const LATE_AFTER = 4800;
const OLD_FOR = 4200;

/**
 * Gives each series its span in `[from, until)`. Of a hundred pods four start in the second hour, and three
 * have a predecessor of another name and uid that ends in it: hours with pods that lived for a part of them.
 */
export function livingSeries(series: Series, from: number, until: number): LivingSeries[] {
  const pod = labelOf(series.labels, "pod");
  const kind = pod === undefined ? "steady" : lifetimeOf(pod);
  const own = { ...series, from: kind === "late" ? from + LATE_AFTER : from, until };
  if (kind !== "replaced" || pod === undefined) return [own];
  const predecessor = {
    ...series,
    labels: series.labels
      .replaceAll(pod, `${pod}-old`)
      .replace(/uid="[^"]{4}/, 'uid="0000')
      .replace(/burstable-pod[^"]{4}/, "burstable-pod0000"),
    from,
    until: from + OLD_FOR,
  };
  return [own, predecessor];
}

function lifetimeOf(pod: string): "steady" | "late" | "replaced" {
  const share = seededHash(pod) % 100;
  if (share < 4) return "late";
  return share < 7 ? "replaced" : "steady";
}
