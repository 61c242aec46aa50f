import { seededHash } from "../e2e/ground/history/seed.ts";

/** Numbers that follow from a seed alone. */
export class Random {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 on and below `limit`; 0 for a limit of 0. */
  below(limit: number): number {
    this.#count += 1;
    return Math.floor((seededHash(`${this.#seed}/${this.#count}`) / 4_294_967_296) * limit);
  }

  /** True in this share of all cases. */
  chance(share: number): boolean {
    return this.below(1_000_000) < share * 1_000_000;
  }
}
