import type { Dataset } from "../../contract/datasets/column.ts";
import type { DatasetHour } from "../../contract/object-keys.ts";
import type { OpenHour } from "./hour-source.ts";
import type { ExportPlan, HourWindow } from "./plan.ts";
import type { SourceReach } from "./reach.ts";
import type { Sink } from "./sink.ts";
import type { Spent } from "./stopwatch.ts";
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
  /** Exports every dataset-hour of the window again, on purpose. `allowShrink` also takes fewer rows than before. */
  readonly restate?: { readonly allowShrink: boolean };
  /** Dataset-hours in work at once. @default 1 */
  readonly concurrency?: number;
  /** No dataset-hour is started from this moment on; milliseconds since 1970. @default none */
  readonly deadline?: number;
  /** Says what the data is when it is not a measurement. */
  readonly simulated?: string;
}

/** What a run did with a dataset, and how far behind it is now. */
export interface DatasetHealth {
  /** Dataset-hours that were committed, and that failed. */
  readonly finished: number;
  readonly failed: number;
  /** Of the hours that were committed. */
  readonly rows: number;
  readonly bytes: number;
  readonly warnings: number;
  /** Requests to the sources that were answered for these hours. */
  readonly queries: number;
  /** Where the time of all its dataset-hours went, failed ones included. */
  readonly milliseconds: { readonly sources: number; readonly encoding: number; readonly sink: number };
  /** The newest hour of the window that is committed; null when none is. */
  readonly newestHour: string | null;
  /** From the end of that hour until now; null when there is none. */
  readonly lagSeconds: number | null;
}

/** The health of a run: `_status/last-run.json` and a line of the log tell it. docs/status.md says each field. */
export interface RunHealth {
  readonly datasets: Readonly<Record<string, DatasetHealth>>;
  readonly peakRssBytes?: number;
  readonly retries?: number;
}

/** What the process of a run has used. */
export interface RunVitals {
  /** The most memory it had at any time. */
  readonly peakRssBytes?: number;
  /** Requests to sources that were asked again. */
  readonly retries?: number;
}

/** What a run works with. */
export interface RunParts {
  readonly sink: Sink;
  /** How to open each dataset, by name. */
  readonly openers: Readonly<Record<string, OpenHour>>;
  /**
   * Asked once before the first dataset-hour about the datasets that are planned; tells which of them cannot be
   * exported, and why. What it throws ends the run.
   */
  readonly checkSources: (datasets: readonly string[]) => Promise<ReadonlyMap<string, Error>>;
  /** How far back the sources go. @default every missing hour is tried */
  readonly reach?: SourceReach;
  readonly now: () => Date;
  /** Milliseconds for measuring, finer than `now`. @default now */
  readonly clock?: () => number;
  /** Asked at the end. @default nothing is told */
  readonly vitals?: () => RunVitals;
  /** No further dataset-hour is started; the one in hand is finished. */
  readonly stop: AbortSignal;
  /** The one in hand is given up, too. */
  readonly abort: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
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
  | { readonly kind: "notice"; readonly text: string }
  /** The last one. */
  | { readonly kind: "ended"; readonly health: RunHealth };

/** A dataset-hour that stays missing. */
export interface StepFailure {
  readonly step: DatasetHour;
  readonly error: Error;
  readonly spent: Spent;
}

/** A dataset-hour that is committed. */
export interface StepSuccess {
  readonly step: DatasetHour;
  readonly outcome: HourOutcome;
  readonly spent: Spent;
}

/** What a run did. */
export interface RunReport {
  readonly plan: ExportPlan;
  readonly finished: readonly StepSuccess[];
  readonly failed: readonly StepFailure[];
  /** Planned, but not done because the run was stopped or came to its deadline. */
  readonly remaining: readonly DatasetHour[];
  /** Why something remains; absent when nothing does. */
  readonly stoppedBy?: "signal" | "deadline";
}
