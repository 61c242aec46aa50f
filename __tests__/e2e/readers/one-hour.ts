import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { keepList, DATASETS } from "../../../contract/datasets/index.ts";
import { isoSeconds } from "../../../contract/hours.ts";
import { parseManifest } from "../../../contract/manifest.ts";
import type { Checks } from "../checks.ts";
import { CLUSTER_ARN, parseReport, runCli, runCliOnDeno, type ExportReport } from "../export/cli.ts";
import { dataFileKey, folderTarget, manifestFileKey } from "../export/folder.ts";
import { dataFiles, readTree } from "../export/tree.ts";
import { generateCluster } from "../ground/generator/generate.ts";
import { startGeneratedPrometheus } from "../ground/generator/prometheus.ts";
import { clusterSeries } from "../ground/generator/series.ts";
import { opencostOf } from "../truth/sources.ts";

/** Small: pods that come and go, GPUs whole, shared and in instances, volumes. */
const CHOICES = { seed: "readers", pods: 80, hours: 2, containerHours: 1 } as const;

/** One hour of every dataset, exported. */
export interface ExportedHour {
  readonly hour: number;
  /** The cluster's prefix below the sink. */
  readonly root: string;
}

/** Exports one hour of every dataset from real Prometheus and OpenCost's stand-in, under Node and again under Deno. */
export async function exportOneHour(checks: Checks, directory: string): Promise<ExportedHour | undefined> {
  return withSources(directory, async (args, hour) => {
    const [node, deno] = [folderTarget(directory, "node"), folderTarget(directory, "deno")];
    const done = await checks.check("Node exports an hour of every dataset, and none is empty", async () => {
      assertComplete(parseReport<ExportReport>(await runCli([...args, "--sink", node.sink]), 0));
      return { hour, root: node.root };
    });
    if (!done) return undefined;
    await checks.check(
      "Deno exports the same files, byte for byte, with the same checksums noted",
      async () => {
        assertComplete(parseReport<ExportReport>(await runCliOnDeno([...args, "--sink", deno.sink]), 0));
        await assertSameFiles(node.root, deno.root, hour);
      },
    );
    return done;
  });
}

/** The same hour, under Node only. */
export async function exportOnNode(directory: string): Promise<ExportedHour> {
  return withSources(directory, async (args, hour) => {
    const { sink, root } = folderTarget(directory, "node");
    assertComplete(parseReport<ExportReport>(await runCli([...args, "--sink", sink]), 0));
    return { hour, root };
  });
}

/** Starts both sources for a while. `body` gets arguments of `export` without the sink. */
async function withSources<T>(
  directory: string,
  body: (args: readonly string[], hour: number) => Promise<T>,
): Promise<T> {
  const plan = generateCluster(CHOICES);
  const hour = plan.from + 3600;
  const kept = new Set(keepList());
  const series = clusterSeries(plan).filter(({ metric }) => kept.has(metric));
  const prometheus = await startGeneratedPrometheus(series, join(directory, "prometheus"));
  try {
    const opencost = await opencostOf(CHOICES, directory);
    try {
      const urls = ["--prometheus-url", prometheus.url, "--opencost-url", opencost.url];
      const window = ["--from", isoSeconds(hour), "--until", isoSeconds(hour + 3600)];
      const more = ["--job", "all", "--cluster-arn", CLUSTER_ARN];
      return await body(["export", "--json", ...more, ...urls, ...window], hour);
    } finally {
      await opencost.daemon?.stop();
    }
  } finally {
    await prometheus.stop();
  }
}

async function assertSameFiles(node: string, deno: string, hour: number): Promise<void> {
  const [ofNode, ofDeno] = [dataFiles(await readTree(node)), dataFiles(await readTree(deno))];
  assert.deepEqual(ofDeno, ofNode);
  for (const { name } of DATASETS) {
    const sha256 = ofNode[dataFileKey(name, hour)];
    assert.ok(sha256, name);
    for (const root of [node, deno]) assert.equal(await notedChecksum(root, name, hour), sha256, name);
  }
}

function assertComplete({ exported, failed }: ExportReport): void {
  assert.deepEqual(failed, []);
  assert.deepEqual(
    exported.filter(({ rows }) => rows > 0).map(({ dataset }) => dataset),
    DATASETS.map(({ name }) => name),
  );
}

async function notedChecksum(root: string, dataset: string, hour: number): Promise<string | undefined> {
  const text = await readFile(join(root, manifestFileKey(dataset, hour)), "utf8");
  return parseManifest(text).object?.sha256;
}
