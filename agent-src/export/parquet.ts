import type { RowItem } from "./hour-source.ts";
import { ParquetFile } from "./parquet/file.ts";
import { LIMITS } from "./parquet/limits.ts";
import { RowGroup } from "./parquet/row-group.ts";
import type { FileSubject } from "./parquet-schema.ts";
import { SeriesRows } from "./series-rows.ts";
import { Totals } from "./totals.ts";

/** What was written. */
export interface EncodedFile {
  /** 0 means that nothing was written: an empty hour has no file. */
  readonly rows: number;
  readonly bytes: number;
  /** Hex sha256 of the bytes. */
  readonly sha256: string;
  /** Sums of the dataset's `totals` columns; nulls, NaN and infinities left out. */
  readonly totals: Readonly<Record<string, number>>;
  /** Such as values that the totals leave out. */
  readonly warnings: readonly string[];
}

/**
 * Encodes rows as Parquet and hands the bytes to `write`, a row group at a time, waiting for each.
 * The bytes are a function of subject, rows and encoder version. Without rows `write` is called only
 * when `writesEmpty` is set: a file without rows takes the place of one that had some.
 * @throws Error naming column, value and row when a row does not fit the dictionary
 */
export async function encodeRows(
  subject: FileSubject,
  items: AsyncIterable<RowItem>,
  write: (bytes: Uint8Array) => Promise<void>,
  writesEmpty = false,
  limits = LIMITS,
): Promise<EncodedFile> {
  const totals = new Totals(subject.dataset);
  const file = new ParquetFile(subject);
  const group = new RowGroup(subject.dataset, limits);
  let rows = 0;
  for await (const item of items) {
    if (item instanceof SeriesRows) {
      for (let from = 0; from < item.count;) {
        const added = group.addSeries(item, from, rows);
        from += added;
        rows += added;
        if (group.isFull()) await write(file.rowGroup(group));
      }
      totals.addSeries(item);
    } else {
      group.addRow(item, rows);
      totals.add(item);
      rows += 1;
      if (group.isFull()) await write(file.rowGroup(group));
    }
  }
  if (group.rows > 0) await write(file.rowGroup(group));
  if (rows > 0 || writesEmpty) await write(file.footer());
  return { rows, ...file.digest(), totals: totals.sums(), warnings: totals.warnings() };
}
