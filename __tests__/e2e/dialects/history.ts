import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { keepList } from "../../../contract/datasets/index.ts";
import { runCommand } from "../ground/command.ts";
import { generateCluster } from "../ground/generator/generate.ts";
import { clusterSeries, SCRAPE_SECONDS } from "../ground/generator/series.ts";
import { labelOf } from "../ground/history/exposition.ts";
import type { LivingSeries } from "../ground/history/lifetimes.ts";
import { writeOpenMetrics } from "../ground/history/open-metrics.ts";
import { seededFraction } from "../ground/history/seed.ts";
import { ensurePrometheus } from "../ground/parts.ts";
import { nanSeries } from "./not-a-number.ts";

/** When targets are scraped: all at the first instant of each minute, or each at an instant of its own. */
export type ScrapeTimes = "on the minute" | "between the minutes";

/** A generated cluster's metrics, as text and as Prometheus' blocks of the same text. */
export interface WrittenHistory {
  readonly text: string;
  readonly blocks: string;
  readonly samples: number;
}

const CLUSTER = generateCluster({ seed: "dialects", pods: 150, hours: 3 });

/** The hour that is exported: there is one before and one after it, of which nothing must leak in. */
export const HOUR = CLUSTER.from + 3600;

/** Writes the metrics that the datasets are made from into `directory`, once as text, once as blocks. */
export async function writeHistory(directory: string, times: ScrapeTimes): Promise<WrittenHistory> {
  const text = join(directory, "history.om");
  const blocks = join(directory, "blocks");
  await mkdir(blocks, { recursive: true });
  const needed = new Set(keepList());
  const kept = clusterSeries(CLUSTER).filter(({ metric }) => needed.has(metric));
  const all = [...kept, ...nanSeries(kept)];
  const series = times === "on the minute" ? all : all.map(atItsOwnInstant);
  const samples = writeOpenMetrics(text, series, SCRAPE_SECONDS);
  const { promtool } = await ensurePrometheus();
  await runCommand(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--quiet", text, blocks]);
  return { text, blocks, samples };
}

/** Prometheus spreads its targets over the interval by a hash of theirs; never on a whole second, here. */
export function atItsOwnInstant(series: LivingSeries): LivingSeries {
  const instance = labelOf(series.labels, "instance") ?? "";
  const delay = Math.floor(seededFraction(`scraped/${instance}`) * (SCRAPE_SECONDS - 1)) + 0.25;
  return { ...series, from: series.from + delay };
}
