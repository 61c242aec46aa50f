import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { keepList } from "../../../../contract/datasets/index.ts";
import { ensurePart } from "../cache.ts";
import { freePort, startDaemon } from "../daemon.ts";
import { createBlocks, type CreatedBlocks } from "../history/create-blocks.ts";
import type { LivingSeries } from "../history/lifetimes.ts";
import { ensurePrometheus, VERSIONS } from "../parts.ts";
import { prometheusOver, type PrometheusServer } from "../prometheus.ts";
import { generateCluster } from "./generate.ts";
import type { ClusterChoices } from "./plan.ts";
import { clusterSeries, SCRAPE_SECONDS } from "./series.ts";

/** A Prometheus with a history, and what it took to make that. */
export interface GeneratedPrometheus extends PrometheusServer {
  readonly blocks: CreatedBlocks;
}

/** A real Prometheus that holds a generated history and scrapes nothing. It keeps all in `directory`. */
export async function startGeneratedPrometheus(
  series: readonly LivingSeries[],
  directory: string,
): Promise<GeneratedPrometheus> {
  const { prometheus } = await ensurePrometheus();
  const data = join(directory, "data");
  const blocks = await createBlocks(series, SCRAPE_SECONDS, data);
  const port = await freePort();
  const daemon = await startDaemon(await prometheusOver(prometheus, directory, data, port));
  return { ...daemon, url: `http://127.0.0.1:${port}`, blocks };
}

/**
 * Blocks with everything of a generated cluster that the data dictionary reads, built once for the same choices and
 * code. @returns the directory that holds the blocks
 */
export async function ensureGeneratedBlocks(choices: ClusterChoices): Promise<string> {
  const directory = await ensurePart("generated", contentHash(choices), "blocks", async (building) => {
    const kept = new Set(keepList());
    const series = clusterSeries(generateCluster(choices)).filter(({ metric }) => kept.has(metric));
    await createBlocks(series, SCRAPE_SECONDS, join(building, "blocks"));
  });
  return join(directory, "blocks");
}

function contentHash(choices: ClusterChoices): string {
  const hash = createHash("sha256").update(JSON.stringify([VERSIONS.prometheus, keepList(), choices]));
  for (const folder of [
    import.meta.dirname,
    ...["history", "gpu"].map((name) => join(import.meta.dirname, "..", name)),
  ]) {
    for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
