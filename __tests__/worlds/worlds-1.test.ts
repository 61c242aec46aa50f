import { jest, test } from "@jest/globals";
import { assertWorlds, WORLDS_PER_FILE } from "./assert-worlds.ts";

const SEED = 1;

// Against a hang, not against a slow machine.
jest.setTimeout(600_000);

test(`any world with any faults converges, and nothing is ever deleted on missing evidence: ${WORLDS_PER_FILE} worlds of seed ${SEED}`, async () => {
  await assertWorlds(SEED);
});
