import { containerKey } from "./cluster-hour.ts";
import { TOLERANCE, type Comparison } from "./compare.ts";

/** Least share of the cost that must be in rows which agree. */
export const LEAST_SHARE = 0.99;

/** How far idle cost may be apart, of what the cluster's nodes and workloads cost together. */
export const IDLE_TOLERANCE = 0.01;

/** The share of the cost, by the dearer side of each row, that is in rows which agree; 1 of nothing. */
export function agreeingShare({ agreeing, known }: Comparison): number {
  return known === 0 ? 1 : agreeing / known;
}

/**
 * Of what can be recomputed alone. A cluster with dear load balancers or priced network has more that cannot be, which
 * is no reason to doubt the rest.
 */
export function comparableShare({ agreeing, known, notRecomputed }: Comparison): number {
  const comparable = known - notRecomputed;
  return comparable <= 0 ? 1 : agreeing / comparable;
}

/** Why the recomputed allocation refuses the answered one, a sentence each; none when it confirms it. */
export function refusals(comparison: Comparison): string[] {
  const { answered, recomputed, rows, idle, worst } = comparison;
  const reasons: string[] = [];
  const share = comparableShare(comparison);
  if (share < LEAST_SHARE) {
    const [first] = worst;
    const example = first
      ? `; the largest difference: ${containerKey(first.namespace, first.pod, first.container)}, ${money(first.answered)} answered, ${money(first.recomputed)} recomputed`
      : "";
    reasons.push(
      `only ${percent(share)} of the cost is in rows that agree within ${TOLERANCE.relative * 100} % or ${TOLERANCE.absolute} (at least ${LEAST_SHARE * 100} % is needed): ` +
        `OpenCost has ${money(answered)} in ${rows.answered} containers, Prometheus' data gives ${money(recomputed)} in ${rows.recomputed}${example}`,
    );
  }
  if (idle.recomputed !== undefined) {
    const allowed = Math.max(IDLE_TOLERANCE * (idle.recomputed + recomputed), TOLERANCE.absolute);
    if (Math.abs(idle.answered - idle.recomputed) > allowed) {
      reasons.push(
        `OpenCost says that ${money(idle.answered)} is idle, Prometheus' data gives ${money(idle.recomputed)} (they may differ by ${money(allowed)})`,
      );
    }
  }
  return reasons;
}

/** An amount with the five decimals that OpenCost has. */
function money(amount: number): string {
  return amount.toFixed(5);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
