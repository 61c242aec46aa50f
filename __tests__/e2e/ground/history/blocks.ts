import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { keepList } from "../../../../contract/datasets/index.ts";
import { ensurePart } from "../cache.ts";
import { VERSIONS } from "../parts.ts";
import { createBlocks } from "./create-blocks.ts";
import { RECORDED, recordedSeries } from "./recorded-cluster.ts";

/**
 * Prometheus blocks with the recorded cluster's history, built once for the same inputs, code and keep-list.
 * @returns the directory that holds the blocks
 */
export async function ensureHistoryBlocks(): Promise<string> {
  const directory = await ensurePart("history", contentHash(), "blocks", async (building) => {
    await createBlocks(recordedSeries(), RECORDED.stepSeconds, join(building, "blocks"));
  });
  return join(directory, "blocks");
}

function contentHash(): string {
  const hash = createHash("sha256").update(VERSIONS.prometheus).update(keepList().join());
  const code = readdirSync(import.meta.dirname).sort();
  for (const file of code) hash.update(readFileSync(join(import.meta.dirname, file)));
  for (const file of [RECORDED.kubeStateMetrics, RECORDED.opencost]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}
