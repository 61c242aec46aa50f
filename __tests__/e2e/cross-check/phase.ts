import { mkdir } from "node:fs/promises";
import type { Checks } from "../checks.ts";
import { checkGenerated } from "./generated.ts";
import { checkRecorded } from "./recorded.ts";

/** Costs recomputed from real Prometheus' data beside OpenCost's answers, recorded ones and the stand-in's. */
export async function crossCheckPhases(checks: Checks, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await checks.phase("cross-check: the recorded cluster", () => checkRecorded(checks, directory));
  await checks.phase("cross-check: a generated cluster", () => checkGenerated(checks, directory));
}
