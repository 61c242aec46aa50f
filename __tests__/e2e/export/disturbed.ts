import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Checks } from "../checks.ts";
import { faultPhases } from "./faults.ts";
import { killPhase } from "./kills.ts";
import { SHORT_SHARE, sharePhase } from "./share-faults.ts";
import { exportUndisturbed, newestHour, startSmallCluster } from "./small-cluster.ts";

const SEED = "1";
const KILLS = 5;

/** All datasets of a small cluster, exported through faults and kills: the short form of faults-main and kills-main. */
export async function disturbedPhases(checks: Checks, directory: string): Promise<void> {
  await mkdir(directory);
  const sources = await checks.phase("disturbed: start a small cluster", () => startSmallCluster(directory));
  if (!sources) return;
  try {
    const done = await exportUndisturbed(checks, sources, directory, "undisturbed");
    if (!done) return;
    await faultPhases(checks, sources, done, join(directory, "chosen"), SEED);
    const hour = newestHour(done);
    await sharePhase(checks, sources, hour, join(directory, "share"), { ...SHORT_SHARE, seed: SEED });
    await killPhase(checks, sources, hour, join(directory, "kills"), { kills: KILLS, seed: SEED });
  } finally {
    await sources.stop();
  }
}
