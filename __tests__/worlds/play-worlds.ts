import * as fc from "fast-check";
import { anyWorld } from "./arbitrary.ts";
import { count, type Census } from "./census.ts";
import { play } from "./play.ts";
import type { World } from "./world.ts";

/** A world in which something is wrong, the smallest found, and how to play it again. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly world: World;
  readonly violations: readonly string[];
}

export interface PlayedWorlds {
  readonly worlds: number;
  readonly census: Census;
  readonly failure?: Failure;
}

/** Plays `worlds` worlds of `seed`; with `path`, which a failure names, only that one. */
export async function playWorlds(seed: number, worlds: number, path?: string): Promise<PlayedWorlds> {
  const census: Census = {};
  const property = fc.asyncProperty(anyWorld, async (world) => {
    const outcome = await play(world);
    count(census, world, outcome);
    return outcome.violations.length === 0;
  });
  const repeated = path === undefined ? { numRuns: worlds } : { path, endOnFailure: true, numRuns: 1 };
  const details = await fc.check(property, { seed, ...repeated });
  const [world] = details.counterexample ?? [];
  if (world === undefined) return { worlds: details.numRuns, census };
  const { violations } = await play(world);
  const failure = { seed, path: details.counterexamplePath ?? "", world, violations };
  return { worlds: details.numRuns, census, failure };
}

/** What is wrong, in which world, and how to play it again. */
export function describeFailure({ seed, path, world, violations }: Failure): string {
  return [
    ...violations,
    `in the world ${JSON.stringify(world)}`,
    `Play it again: npm run bench:worlds -- --seed ${seed} --path ${path}`,
  ].join("\n");
}
