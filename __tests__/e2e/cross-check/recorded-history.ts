import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { crossCheckMetrics } from "../../../contract/datasets/cross-check-queries.ts";
import { findDataset } from "../../../contract/datasets/index.ts";
import { ensurePart } from "../ground/cache.ts";
import { freePort, startDaemon } from "../ground/daemon.ts";
import type { Life } from "../ground/generator/plan.ts";
import { within } from "../ground/generator/written-history.ts";
import { runningContainers } from "../ground/history/cluster.ts";
import { createBlocks } from "../ground/history/create-blocks.ts";
import { labelOf, readExposition, type ExposedSample } from "../ground/history/exposition.ts";
import { livingSeries, type LivingSeries } from "../ground/history/lifetimes.ts";
import { RECORDED } from "../ground/history/recorded-cluster.ts";
import { containerSeries, type Series } from "../ground/history/usage.ts";
import { ensurePrometheus, VERSIONS } from "../ground/parts.ts";
import { prometheusOver, type PrometheusServer } from "../ground/prometheus.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
const HISTORY_CODE = join(import.meta.dirname, "../ground/history");
const PAGES = [
  ["kube-state-metrics", RECORDED.kubeStateMetrics],
  ["kube-state-metrics", join(FIXTURES, "opencost-history/kube-state-metrics.txt.gz")],
  ["opencost", RECORDED.opencost],
  ["opencost", join(FIXTURES, "opencost-history/opencost.txt.gz")],
] as const;

/** A real Prometheus with what export and cross-check read of the cluster whose OpenCost answers were recorded. */
export async function startCrossCheckPrometheus(directory: string): Promise<PrometheusServer> {
  const blocks = await ensureBlocks();
  const data = join(directory, "data");
  await mkdir(directory, { recursive: true });
  if (!existsSync(data)) await cp(blocks, data, { recursive: true });
  const { prometheus } = await ensurePrometheus();
  const port = await freePort();
  const daemon = await startDaemon(await prometheusOver(prometheus, directory, data, port));
  return { ...daemon, url: `http://127.0.0.1:${port}` };
}

/** Its blocks, made once for the same pages, metrics and code. */
async function ensureBlocks(): Promise<string> {
  const hash = createHash("sha256")
    .update(VERSIONS.prometheus)
    .update([...WHOLE, ...OF_CONTAINER].join());
  for (const [, file] of PAGES) hash.update(readFileSync(file));
  for (const file of readdirSync(HISTORY_CODE).sort()) hash.update(readFileSync(join(HISTORY_CODE, file)));
  hash.update(readFileSync(import.meta.filename));
  const version = hash.digest("hex").slice(0, 16);
  const directory = await ensurePart("cross-check-history", version, "blocks", async (building) => {
    await createBlocks(crossCheckSeries(), RECORDED.stepSeconds, join(building, "blocks"));
  });
  return join(directory, "blocks");
}

/** 10:00 with what lies near: the hour of which all that the dataset `container` reads is there. */
const CONTAINER_HOUR = { from: RECORDED.from + 3300, until: RECORDED.from + 7500 };

/** How long a metric is needed: as long as the recorded hours, one of them, or not at all. */
function lifeOf(metric: string): Life | undefined {
  if (WHOLE.has(metric)) return RECORDED;
  return OF_CONTAINER.has(metric) ? CONTAINER_HOUR : undefined;
}

const metricsOf = (name: string): string[] =>
  findDataset(name)?.queries.flatMap(({ metrics }) => metrics) ?? [];
const WHOLE = new Set([...crossCheckMetrics(), ...metricsOf("allocation")]);
const OF_CONTAINER = new Set(metricsOf("container"));

/** OpenCost re-emits names of kube-state-metrics: they stay in, as in a Prometheus that scrapes everything. */
function crossCheckSeries(): LivingSeries[] {
  const pages = PAGES.map(([job, file]) => ({ job, samples: readExposition(file) }));
  const exposed = pages.flatMap(({ job, samples }) => samples.map((sample) => constantSeries(sample, job)));
  const running = runningContainers(readExposition(RECORDED.kubeStateMetrics));
  const series = [...running.flatMap(containerSeries), ...exposed].filter(({ metric }) => lifeOf(metric));
  // Pages of the same exporter share metrics.
  const distinct = new Map(series.map((one) => [`${one.metric}{${one.labels}}`, one]));
  return [...distinct.values()]
    .flatMap((one) => livingSeries(one, RECORDED.from, RECORDED.until))
    .flatMap((one) => within(one, lifeOf(one.metric) ?? RECORDED));
}

function constantSeries({ metric, labels, value }: ExposedSample, job: string): Series {
  const added = [["job", job] as const, ["instance", job] as const]
    .filter(([name]) => labelOf(labels, name) === undefined)
    .map(([name, text]) => `${name}="${text}"`);
  return { metric, labels: [labels, ...added].filter((text) => text !== "").join(","), value: () => value };
}
