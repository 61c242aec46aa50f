import { allocation } from "./allocation.ts";
import type { Dataset } from "./column.ts";
import { container } from "./container.ts";
import { crossCheckMetrics } from "./cross-check-queries.ts";
import { focus } from "./focus.ts";
import { gpu } from "./gpu.ts";
import { samples } from "./samples.ts";
import { namespace } from "./namespace.ts";
import { node } from "./node.ts";
import { persistentVolumeClaim } from "./persistent-volume-claim.ts";
import { persistentVolume } from "./persistent-volume.ts";
import { pod } from "./pod.ts";
import { scrapeHealth } from "./scrape-health.ts";
import { workload } from "./workload.ts";

/** Every dataset, in the order in which an hour is exported. */
export const DATASETS: readonly Dataset[] = [
  allocation,
  container,
  pod,
  node,
  workload,
  namespace,
  persistentVolume,
  persistentVolumeClaim,
  scrapeHealth,
  gpu,
  focus,
  samples,
];

/** The dataset called `name`; undefined when there is none. */
export function findDataset(name: string): Dataset | undefined {
  return DATASETS.find((dataset) => dataset.name === name);
}

/** Identifier of a dataset's schema, in each file's metadata and manifest: `container-insights/<name>/v<version>`. */
export function schemaId(dataset: Pick<Dataset, "name" | "version">): string {
  return `container-insights/${dataset.name}/v${dataset.version}`;
}

/** All metric names that are read, for the datasets and for `verify --against-sources`: what a Prometheus must keep. */
export function keepList(): string[] {
  const names = DATASETS.flatMap((dataset) => dataset.queries.flatMap((query) => query.metrics));
  return [...new Set([...names, ...crossCheckMetrics()])].sort();
}
