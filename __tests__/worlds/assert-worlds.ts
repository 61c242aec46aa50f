import { expect } from "@jest/globals";
import { CONTENTS } from "./contents.ts";
import { describeFailure, playWorlds } from "./play-worlds.ts";

/** Worlds of one test file: two files have ten thousand, so that two workers share them. */
export const WORLDS_PER_FILE = 5_000;

/** Plays the worlds of one file; they must have in them what they are there for. */
export async function assertWorlds(seed: number): Promise<void> {
  const { failure, census, worlds } = await playWorlds(seed, WORLDS_PER_FILE);
  if (failure) throw new Error(describeFailure(failure));
  expect(worlds).toBe(WORLDS_PER_FILE);
  expect(CONTENTS.filter((name) => census[name] === undefined)).toEqual([]);
}
