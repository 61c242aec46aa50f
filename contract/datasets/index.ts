import { allocation } from "./allocation.ts";
import type { Dataset } from "./column.ts";
import { container } from "./container.ts";

/** Every dataset, in the order in which an hour is exported. */
export const DATASETS: readonly Dataset[] = [allocation, container];

/** The dataset called `name`; undefined when there is none. */
export function findDataset(name: string): Dataset | undefined {
  return DATASETS.find((dataset) => dataset.name === name);
}

/** Identifier of a dataset's schema, in each file's metadata and manifest: `container-insights/<name>/v<version>`. */
export function schemaId(dataset: Pick<Dataset, "name" | "version">): string {
  return `container-insights/${dataset.name}/v${dataset.version}`;
}

/** All metric names the dictionary reads: what a Prometheus must keep. */
export function keepList(): string[] {
  const names = DATASETS.flatMap((dataset) => dataset.queries.flatMap((query) => query.metrics));
  return [...new Set(names)].sort();
}
