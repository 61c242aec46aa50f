import type { Capture } from "./capture.ts";
import { clusterCaptures } from "./cluster-captures.ts";
import { otherCaptures } from "./other-captures.ts";
import { prometheusCaptures } from "./prometheus-captures.ts";
import { createScrubber } from "./scrub.ts";

/** Everything that is kept under `__tests__/fixtures/captures`. One scrubber: a uid has one name in all of them. */
export function allCaptures(): Capture[] {
  const scrubber = createScrubber();
  return [...clusterCaptures(scrubber), ...prometheusCaptures(scrubber), ...otherCaptures(scrubber)];
}
