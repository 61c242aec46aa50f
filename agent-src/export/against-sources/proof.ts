import type { Hour } from "../../../contract/hours.ts";
import type { Comparison } from "../cross-check/compare.ts";
import type { Finding } from "../verify-hour.ts";
import type { CostSums, UnequalSum } from "./cost-sums.ts";

/** An hour's files held to what its sources say now. A part is absent where it was not asked for or has no file. */
export interface HourProof {
  readonly hour: Hour;
  readonly sums?: SumsProof;
  readonly containers?: PresenceProof;
  readonly gpus?: PresenceProof;
  readonly crossCheck?: CrossCheckProof;
  readonly findings: readonly Finding[];
}

/** The sums of an hour's cost columns beside those of OpenCost's answer. */
export interface SumsProof {
  readonly exported: CostSums;
  readonly answered: CostSums;
  readonly unequal: readonly UnequalSum[];
}

/** What a source saw, and what of it no row has. */
export interface PresenceProof {
  readonly seen: number;
  readonly missing: readonly string[];
}

/** The exported costs beside recomputed ones. */
export interface CrossCheckProof {
  /** With usage as OpenCost's exporter measured it, where it did: what the verdict is about. */
  readonly byExporter: Comparison;
  /** With usage by cAdvisor alone. */
  readonly byCadvisor: Comparison;
}
