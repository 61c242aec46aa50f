import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { DATASETS } from "../../../contract/datasets/index.ts";
import type { Checks } from "../checks.ts";
import { freePort, startDaemon } from "../ground/daemon.ts";
import { ensureGeneratedBlocks } from "../ground/generator/prometheus.ts";
import { ensurePrometheus } from "../ground/parts.ts";
import { prometheusOver } from "../ground/prometheus.ts";
import { opencostOf } from "../truth/sources.ts";
import { exportArgs, exportHours, runCli, verifyArgs, type SourceUrls } from "./cli.ts";
import { ofNewestHour } from "./dataset-hours.ts";
import { folderTarget } from "./folder.ts";
import { readTree, type Tree } from "./tree.ts";
import { HOURS } from "./truth.ts";

/** So small that an hour of all datasets takes a second or two, and still with some of everything. */
const CHOICES = { seed: "1", pods: 100, hours: HOURS.length, containerHours: HOURS.length } as const;

/** A generated cluster, its Prometheus and OpenCost's stand-in, for exports that are disturbed hundreds of times. */
export interface SmallCluster extends SourceUrls {
  stop(): Promise<void>;
}

/** Starts both over the three hours of the usual window. */
export async function startSmallCluster(directory: string): Promise<SmallCluster> {
  const { prometheus: program } = await ensurePrometheus();
  const data = join(directory, "data");
  await cp(await ensureGeneratedBlocks(CHOICES), data, { recursive: true });
  const port = await freePort();
  const prometheus = await startDaemon(await prometheusOver(program, directory, data, port));
  try {
    const opencost = await opencostOf(CHOICES, directory);
    return {
      prometheusUrl: `http://127.0.0.1:${port}`,
      opencostUrl: opencost.url,
      stop: async () => void (await Promise.all([prometheus.stop(), opencost.daemon?.stop()])),
    };
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
}

/** What an export that nobody disturbs makes of the cluster. */
export interface Undisturbed {
  readonly tree: Tree;
  /** Dataset-hours of the window. */
  readonly datasetHours: number;
}

/** The newest hour of it, which every window of these exports ends with. */
export function newestHour({ tree }: Undisturbed): Undisturbed {
  return { tree: ofNewestHour(tree), datasetHours: DATASETS.length };
}

/** Both jobs. */
export const ALL_DATASETS = ["--job", "all"] as const;

/** Exports every dataset to a folder: what disturbed exports have to come to. `window`: flags. */
export async function exportUndisturbed(
  checks: Checks,
  sources: SourceUrls,
  directory: string,
  name: string,
  window: readonly string[] = [],
): Promise<Undisturbed | undefined> {
  const { sink, root } = folderTarget(directory, name);
  return checks.check("undisturbed, all datasets of both jobs are exported and have rows", async () => {
    const report = await exportHours(exportArgs(sources, sink, [...ALL_DATASETS, ...window]));
    assert.deepEqual(report.failed, []);
    const filled = new Set(report.exported.filter(({ rows }) => rows > 0).map(({ dataset }) => dataset));
    assert.deepEqual(
      DATASETS.filter(({ name: dataset }) => !filled.has(dataset)).map(({ name: dataset }) => dataset),
      [],
    );
    assert.equal((await runCli(verifyArgs(sink))).code, 0);
    return { tree: await readTree(root), datasetHours: report.exported.length };
  });
}
