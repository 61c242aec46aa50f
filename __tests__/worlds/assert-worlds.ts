import * as fc from "fast-check";
import { anyWorld } from "./arbitrary.ts";
import { play } from "./play.ts";

/** Worlds of one test file: four files have ten thousand, so that two workers share them. */
export const WORLDS_PER_FILE = 2_500;

/**
 * Plays `count` worlds of `seed`.
 * @throws Error with seed and path of the smallest world found in which something is wrong: `npm run bench:worlds` plays it
 */
export async function assertWorlds(seed: number, count: number): Promise<void> {
  const property = fc.asyncProperty(anyWorld, async (world) => {
    const { violations } = await play(world);
    if (violations.length > 0) throw new Error(violations.join("\n"));
  });
  await fc.assert(property, { seed, numRuns: count });
}
