/** OpenCost rounds an allocation's own numbers to five decimals. */
const HALF_STEP = 0.5e-5;

/** Room for what double arithmetic and the average of a price over the hour's scrapes may differ by, as a ratio. */
const RELATIVE_SLACK = 1e-9;

/** A cost without OpenCost's rounding where that can be had, and whether it could. */
export interface PreciseCost {
  readonly cost: number | null;
  readonly repaired: boolean;
}

/**
 * `quantity` x `price` where that agrees with the answered cost, else the answered cost.
 * Both the cost and the quantity were rounded by up to half a step, so an exact price differs by at most
 * `0.5e-5 + 0.5e-5 x price` (plus {@link RELATIVE_SLACK}). More means that the price was not the one
 * OpenCost used: it changed within the hour, or the row is idle cost, which has no hours.
 */
export function preciseByPrice(
  answered: number | null,
  quantity: number | null,
  price: number | undefined,
): PreciseCost {
  if (answered === null || quantity === null || price === undefined)
    return { cost: answered, repaired: false };
  const cost = quantity * price;
  return agrees(answered, cost, HALF_STEP * Math.abs(price))
    ? { cost, repaired: true }
    : { cost: answered, repaired: false };
}

/**
 * The sum of a cost's parts, which OpenCost does not round, where it agrees with the answered cost, else that.
 * No parts are a sum of nothing.
 */
export function preciseByParts(answered: number | null, parts: readonly number[]): PreciseCost {
  if (answered === null) return { cost: null, repaired: false };
  const cost = parts.reduce((sum, part) => sum + part, 0);
  return agrees(answered, cost, 0) ? { cost, repaired: true } : { cost: answered, repaired: false };
}

function agrees(answered: number, precise: number, quantityError: number): boolean {
  return Math.abs(precise - answered) <= HALF_STEP + quantityError + RELATIVE_SLACK * Math.abs(answered);
}
