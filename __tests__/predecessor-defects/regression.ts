/**
 * One thing that a predecessor did wrong, and the proof that this project does not. `lambda`: the twelve of the
 * predecessor's Lambdas and Terraform module; `baseline`: the fourteen of its public Terraform and Python edition.
 */
export interface Regression {
  readonly list: "lambda" | "baseline";
  /** Its number on the list, from 1. */
  readonly item: number;
  /** What the predecessor does. */
  readonly theirs: string;
  /** What ours does instead. */
  readonly ours: string;
  /** Throws where that is not so. */
  readonly holds: () => void | Promise<void>;
}
