import { DATASETS } from "../../../contract/datasets/index.ts";
import { HOURS } from "./truth.ts";

/** Datasets of the hourly job, by name. */
export const HOURLY: readonly string[] = DATASETS.filter(({ job }) => job === undefined).map(
  ({ name }) => name,
);

/** How many dataset-hours the hourly job commits of the recorded hours. */
export const DATASET_HOURS = HOURLY.length * HOURS.length;
