import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { keepList } from "../../../../contract/datasets/index.ts";
import { ensurePart } from "../cache.ts";
import { runCommand } from "../command.ts";
import { ensurePrometheus, VERSIONS } from "../parts.ts";
import { writeOpenMetrics } from "./open-metrics.ts";
import { RECORDED, recordedSeries } from "./recorded-cluster.ts";

/**
 * Prometheus blocks with the recorded cluster's history, built once for the same inputs, code and keep-list.
 * @returns the directory that holds the blocks
 */
export async function ensureHistoryBlocks(): Promise<string> {
  const { promtool } = await ensurePrometheus();
  const directory = await ensurePart("history", contentHash(), "blocks", async (building) => {
    const text = join(building, "history.om");
    const blocks = join(building, "blocks");
    await mkdir(blocks);
    writeOpenMetrics(text, recordedSeries(), RECORDED.stepSeconds);
    await runCommand(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, blocks]);
    await rm(text);
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
