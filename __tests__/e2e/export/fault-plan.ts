import { allocation } from "../../../contract/datasets/allocation.ts";
import { container } from "../../../contract/datasets/container.ts";
import { seededHash } from "../ground/history/seed.ts";
import { HOURS } from "./truth.ts";

/** What is broken, by the seed: an answer of Prometheus, an hour of OpenCost, and writes to S3. */
export interface FaultPlan {
  /** Which of the run's queries, from 1 on, has its answer reset: one of `container`'s in the hour that comes first. */
  readonly query: number;
  /** OpenCost's answer to this hour is cut off. */
  readonly truncated: number;
  /** The data file of this hour is written, and the answer lost. */
  readonly lostData: number;
  /** The manifest of this hour is written, and the answer lost in a black hole. */
  readonly lostManifest: number;
}

/** Of the hours of a window that is exported anew, the newest comes first. */
export const FIRST_HOUR = HOURS.at(-1) ?? 0;

/** The three hours in an order that the seed chooses, and a query. */
export function planFaults(seed: string): FaultPlan {
  const turn = seededHash(`${seed}/hour`) % HOURS.length;
  const hourAt = (index: number): number => HOURS[(turn + index) % HOURS.length] ?? 0;
  return {
    // The hour's allocations come first: a reset of one of their lookups would fail the dataset that OpenCost fails.
    query: allocation.queries.length + 1 + (seededHash(`${seed}/query`) % container.queries.length),
    truncated: hourAt(0),
    lostData: hourAt(1),
    lostManifest: hourAt(2),
  };
}
