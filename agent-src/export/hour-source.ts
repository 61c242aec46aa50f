import type { Row } from "../../contract/datasets/column.ts";
import type { Hour } from "../../contract/hours.ts";
import type { SeriesRows } from "./series-rows.ts";

/** What is known about an hour's answer once all its rows were read. */
export interface HourSummary {
  readonly queries: { readonly expected: number; readonly answered: number };
  /** Versions of what answered, by source: `prometheus`, `opencost`. */
  readonly sources: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** What was measured of the answer beside its rows, by name. @default nothing */
  readonly figures?: Readonly<Record<string, number>>;
}

/** What a stream of rows holds: rows one by one, or those of a series at once. */
export type RowItem = Row | SeriesRows;

/** The rows of one dataset-hour, as a stream. */
export interface HourAnswer<Item extends RowItem = RowItem> {
  /**
   * Rows in the dataset's order. Throws {@link UntrustedAnswerError} after the last row when the answer as a whole
   * cannot be trusted, so nothing may be committed before the stream has ended.
   */
  readonly rows: AsyncIterable<Item>;
  /** To be called after the stream has ended. */
  summary(): HourSummary;
}

/** Opens the stream of one dataset for one closed hour. One per dataset. */
export type OpenHour<Item extends RowItem = RowItem> = (hour: Hour, signal: AbortSignal) => HourAnswer<Item>;
