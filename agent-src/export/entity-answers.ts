import type { OwnerLookup } from "./entity-lookups.ts";
import type { EntityTable } from "./entity-table.ts";

/** All answers of an hour, folded. */
export interface EntityAnswers {
  readonly table: EntityTable;
  readonly owners: OwnerLookup;
  /** Series of each query, by its id. */
  readonly series: ReadonlyMap<string, number>;
  /** Seconds in which kube-state-metrics was there; undefined when it never was, or is not asked for. */
  readonly presentSeconds: number | undefined;
  /** How many kube-state-metrics report the same pods; 1 where nobody asks. */
  readonly copies: number;
}
