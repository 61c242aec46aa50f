import { DATASETS } from "../../../contract/datasets/index.ts";
import type { Tree } from "./tree.ts";
import { HOURS } from "./truth.ts";

/** Datasets of the hourly job, by name. */
export const HOURLY: readonly string[] = DATASETS.filter(({ job }) => job === undefined).map(
  ({ name }) => name,
);

/** How many dataset-hours the hourly job commits of the recorded hours. */
export const DATASET_HOURS = HOURLY.length * HOURS.length;

/** Flags of the newest hour of the recorded window, for checks that need every dataset and no second hour. */
export const NEWEST_HOUR = ["--from", "2026-11-22T11:00:00Z"] as const;

/** What that hour has of an export. */
export function ofNewestHour(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([key]) => /\/11(\.parquet$|\/)/.test(key)));
}
