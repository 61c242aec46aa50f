import { seededFraction, seededHash } from "../ground/history/seed.ts";
import type { HttpFault } from "../ground/fault-proxy/http-proxy.ts";

/** What goes wrong with a share of all calls. */
export const SHARED_FAULTS: readonly HttpFault[] = [
  "internal-error",
  "slow-down",
  "reset",
  "stall",
  "truncate",
  "slow",
];

/**
 * Decides, call after call, which fault a call meets; undefined for most. `share` of the calls do, which ones the seed
 * says; faults take turns, so that six of them are all six.
 */
export function shareFaults(seed: string, share: number): () => HttpFault | undefined {
  let calls = 0;
  let turn = seededHash(`${seed}/first`);
  return () => {
    calls += 1;
    if (seededFraction(`${seed}/${calls}`) >= share) return undefined;
    turn += 1;
    return SHARED_FAULTS[turn % SHARED_FAULTS.length];
  };
}
