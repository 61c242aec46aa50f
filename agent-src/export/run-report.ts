import type { Dataset } from "../../contract/datasets/column.ts";
import type { DatasetHour } from "../../contract/object-keys.ts";
import type { ExportPlan, HourWindow } from "./plan.ts";
import type { HourOutcome } from "./store-manifest.ts";

/** What to export. */
export interface RunSettings {
  readonly clusterArn: string;
  readonly datasets: readonly Dataset[];
  readonly window: HourWindow;
  /** Distinct hours that one run exports at most. */
  readonly maxHours: number;
  /** Also exports dataset-hours again whose manifest does not describe a sound object. @default false */
  readonly repair?: boolean;
  /** Says what the data is when it is not a measurement. */
  readonly simulated?: string;
}

/** What a run tells while it works. */
export type RunEvent =
  | { readonly kind: "planned"; readonly plan: ExportPlan }
  | { readonly kind: "started"; readonly step: DatasetHour }
  | {
      readonly kind: "finished";
      readonly step: DatasetHour;
      readonly outcome: HourOutcome;
      readonly milliseconds: number;
    }
  | {
      readonly kind: "failed";
      readonly step: DatasetHour;
      readonly error: Error;
      readonly milliseconds: number;
    }
  | { readonly kind: "notice"; readonly text: string };

/** A dataset-hour that stays missing. */
export interface StepFailure {
  readonly step: DatasetHour;
  readonly error: Error;
}

/** What a run did. */
export interface RunReport {
  readonly plan: ExportPlan;
  readonly finished: readonly { readonly step: DatasetHour; readonly outcome: HourOutcome }[];
  readonly failed: readonly StepFailure[];
  /** Planned, but not done because the run was stopped. */
  readonly remaining: readonly DatasetHour[];
}
